package dev.flowline.calibration;

/**
 * The repeatability of the minimum log10NFA near a threshold: how much it differs among images of
 * one part.
 *
 * @param parts number of parts that it was measured on, those nearest to the threshold
 * @param images number of images of these parts
 * @param standardDeviation of one part's minimum log10NFA
 * @param degreesOfFreedom of the standard deviation
 * @param confidence with which an image on one side of the guard band shows that the mean of the
 *     part's images is on this side of the threshold
 * @param nearest how far from the threshold the mean of the nearest part is
 * @param synthetic whether the images were made from one image of each part, and not taken
 */
public record MeasuredRepeatability(
    int parts,
    int images,
    double standardDeviation,
    double degreesOfFreedom,
    double confidence,
    double nearest,
    boolean synthetic) {
  public MeasuredRepeatability {
    if (parts < 1 || images < 2 * parts) {
      throw new IllegalArgumentException(
          "repeatability takes two images of a part, got %s of %s".formatted(images, parts));
    }
    if (!(standardDeviation >= 0 && degreesOfFreedom > 0 && nearest >= 0)
        || !Double.isFinite(standardDeviation + degreesOfFreedom + nearest)) {
      throw new IllegalArgumentException(
          "standardDeviation, degreesOfFreedom and nearest must be finite and not negative, got %s, %s, %s"
              .formatted(standardDeviation, degreesOfFreedom, nearest));
    }
    if (!(confidence >= 0.5 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence of a guard band must be 0.5 to below 1, got " + confidence);
    }
  }
}
