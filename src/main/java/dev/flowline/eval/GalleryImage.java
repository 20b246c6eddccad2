package dev.flowline.eval;

/**
 * An image that the report shows, at the size of the evaluation.
 *
 * @param groundTruth (H·W); null where no mask exists
 * @param anomalyMap (H·W)
 * @param log10Nfa (H·W)
 */
public record GalleryImage(
    ImageOutcome outcome, boolean[] groundTruth, float[] anomalyMap, float[] log10Nfa) {}
