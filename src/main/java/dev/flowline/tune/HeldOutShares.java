package dev.flowline.tune;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.segmentation.RegionLaw;

/**
 * The shares of the good images that each training of a tuning holds out.
 *
 * @param validation chooses the epoch and measures the region law
 * @param calibration sets the threshold
 * @param enough whether the images for the threshold can guarantee the requested rate
 */
public record HeldOutShares(double validation, double calibration, boolean enough) {
  private static final double USUAL = 0.15;
  private static final double MOST_VALIDATION = 0.3;
  private static final double MOST_CALIBRATION = 0.4;

  /** Returns the shares of so many good images: the usual ones, or as much as the rate takes. */
  public static HeldOutShares of(int images, FalseAlarmRate rate) {
    double validation = share(RegionLaw.LEAST_IMAGES, images, MOST_VALIDATION);
    double calibration = share(rate.imagesNeeded(), images, MOST_CALIBRATION);
    return new HeldOutShares(
        validation, calibration, Math.round(images * calibration) >= rate.imagesNeeded());
  }

  /** Returns a share in thousandths that holds so many images, at least the usual one. */
  private static double share(int needed, int images, double most) {
    double wanted = Math.ceil(1000.0 * needed / Math.max(1, images)) / 1000;
    return Math.min(most, Math.max(USUAL, wanted));
  }
}
