package dev.flowline.detectability;

/**
 * A defect of known size, and whether it was found.
 *
 * @param size above 0, in pixels
 */
public record HitMiss(double size, boolean found) {
  public HitMiss {
    if (!(size > 0 && Double.isFinite(size))) {
      throw new IllegalArgumentException("size must be above 0, got " + size);
    }
  }
}
