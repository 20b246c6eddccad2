package dev.flowline.segmentation;

/**
 * The strongest regions of an image, relative to its baseline.
 *
 * @param levels (classes): for each class k the highest relative level of a region of at least 2^k
 *     positions, in [0, 1], not rising; not copied
 * @param baseline the median likelihood, 1 − level, of the image's positions in view, in (0, 1];
 *     {@link #NO_BASELINE} if the levels are as they are
 */
public record RelativeMaxima(float[] levels, float baseline) {
  /** The baseline of an image whose levels are as they are. */
  public static final float NO_BASELINE = 0;
}
