package dev.flowline.calibration;

import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;

/**
 * The division of good images between region law and threshold if a deployed model is recalibrated.
 * Half of the images, or as many as the rate needs, set the threshold, and the others measure the
 * law. If there are too few for both, the division depends on the model. A model with a law keeps
 * it, and all images set the threshold: the guarantee holds for any test that did not come from the
 * same images. A model without a law gets one from ten of at least twenty images, and the others
 * set the threshold, whatever rate they can guarantee.
 *
 * @param law number of images that measure the region law; 0 if the test stays as it is
 * @param threshold number of images that set log10Epsilon and are used for nothing else
 */
public record CalibrationShares(int law, int threshold) {
  /**
   * Divides images.
   *
   * @param images number of good images
   * @param requested the requested rate of false-alarm images
   * @param hasLaw whether the model has a region law
   */
  public static CalibrationShares of(
      int images, NullHypothesis nullHypothesis, FalseAlarmRate requested, boolean hasLaw) {
    if (nullHypothesis == NullHypothesis.CHI_SQUARE) {
      return new CalibrationShares(0, images);
    }
    int threshold = Math.max((images + 1) / 2, requested.imagesNeeded());
    if (images - threshold >= RegionLaw.LEAST_IMAGES) {
      return new CalibrationShares(images - threshold, threshold);
    }
    if (!hasLaw && images >= 2 * RegionLaw.LEAST_IMAGES) {
      return new CalibrationShares(RegionLaw.LEAST_IMAGES, images - RegionLaw.LEAST_IMAGES);
    }
    return new CalibrationShares(0, images);
  }
}
