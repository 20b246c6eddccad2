package dev.flowline.eval;

/**
 * The plan of an evaluation.
 *
 * @param images the dataset, with test images that the model has not used
 * @param fair whether the training images are inspected too, for the fair threshold of the anomaly
 *     map and the mean IoU at it
 * @param galleryImages how many of the worst images the report is to show
 */
public record EvaluationPlan(UnseenImages images, boolean fair, int galleryImages) {}
