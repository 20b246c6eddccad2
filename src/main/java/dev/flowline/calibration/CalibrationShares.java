package dev.flowline.calibration;

import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;

/**
 * How good images are shared out where a deployed model is calibrated anew. The threshold has half
 * of the images or as many as the rate needs, and the others measure the law. Too few for both,
 * they all set the threshold of a law that there is, since a promise holds for any test that did
 * not come from the same images; a model without a law gets one first, from ten of at least twenty
 * images, and promises what the others can.
 *
 * @param law images that measure the law of regions; 0 where the test stays as it is
 * @param threshold images that set log10Epsilon and do nothing else
 */
public record CalibrationShares(int law, int threshold) {
  /**
   * @param images good ones that there are
   * @param hasLaw whether the model has a law of regions
   */
  public static CalibrationShares of(
      int images, NullHypothesis nullHypothesis, FalseAlarmRate asked, boolean hasLaw) {
    if (nullHypothesis == NullHypothesis.CHI_SQUARE) {
      return new CalibrationShares(0, images);
    }
    int threshold = Math.max((images + 1) / 2, asked.imagesNeeded());
    if (images - threshold >= RegionLaw.LEAST_IMAGES) {
      return new CalibrationShares(images - threshold, threshold);
    }
    if (!hasLaw && images >= 2 * RegionLaw.LEAST_IMAGES) {
      return new CalibrationShares(RegionLaw.LEAST_IMAGES, images - RegionLaw.LEAST_IMAGES);
    }
    return new CalibrationShares(0, images);
  }
}
