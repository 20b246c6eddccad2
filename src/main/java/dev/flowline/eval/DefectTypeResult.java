package dev.flowline.eval;

import dev.flowline.metrics.NanAsNull;

/**
 * The result for one defect type: its images against all good images. An unknown figure is NaN, in
 * JSON null.
 *
 * @param images number of images that show this type
 * @param imagesFound how many of them have a detected pixel in the ground truth, or, without ground
 *     truth, are judged defective
 * @param imagesAlarmedElsewhere how many of them are judged defective, but have no detected pixel
 *     in the ground truth
 * @param pixelAuroc over all pixels
 * @param imageAuroc by anomalyScore
 * @param nfaImageAuroc by minLog10Nfa, small being anomalous
 * @param aupro up to a false positive rate of 0.3
 * @param meanIou over its images and the good ones
 * @param meanIouOfDefectImages automatic mean IoU over its images alone
 */
public record DefectTypeResult(
    int images,
    int imagesFound,
    int imagesAlarmedElsewhere,
    @NanAsNull double pixelAuroc,
    @NanAsNull double imageAuroc,
    @NanAsNull double nfaImageAuroc,
    @NanAsNull double aupro,
    MeanIouByThreshold meanIou,
    @NanAsNull double meanIouOfDefectImages) {}
