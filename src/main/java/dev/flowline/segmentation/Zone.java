package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.io.OneLine;

/**
 * A zone of the image with a tolerance of its own. Its regions are tested by themselves, and log10
 * NFA among all zones is
 *
 * <pre>
 * log10 NFA = log10 NFA in the zone − log10 share
 * </pre>
 *
 * <p>so that with true laws ε · share false alarms of a good image lie in the zone, and ε in all.
 *
 * @param name unique among the zones
 * @param share of the false alarms, in (0, 1]; those of all zones add up to 1. A zone with a small
 *     share is tolerant, one with a large share is strict
 * @param smallestRegion the least number of positions of a region, 0 for regions of any size; null
 *     for that of the test, {@link SegmentationOptions#smallestRegion}
 * @param law the region law of the zone in good images; null for chi-square energies
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Zone(String name, double share, Integer smallestRegion, RegionLaw law) {
  private static final int LONGEST_NAME = 64;

  /**
   * Makes a zone.
   *
   * @throws IllegalArgumentException if the name is no line, or a number is out of its bounds
   */
  public Zone {
    if (name == null || name.isBlank() || name.length() > LONGEST_NAME || !OneLine.fits(name)) {
      throw new IllegalArgumentException(
          "the name of a zone must be a line of 1 to %s characters".formatted(LONGEST_NAME));
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of zone %s must be above 0 and at most 1, got %s".formatted(name, share));
    }
    if (smallestRegion != null && smallestRegion < 0) {
      throw new IllegalArgumentException(
          "smallestRegion of zone %s must be at least 0, got %s".formatted(name, smallestRegion));
    }
  }

  Zone with(RegionLaw measured) {
    return new Zone(name, share, smallestRegion, measured);
  }

  /** Returns log10 NFA among all zones; what was not tested stays at the largest number. */
  float amongAll(float inZone) {
    return inZone == Float.MAX_VALUE ? inZone : (float) (inZone - Math.log10(share));
  }

  /**
   * Returns the threshold of the zone by itself: a float is below it if and only if it is below
   * {@code log10Epsilon} {@linkplain #amongAll among all zones}, to the last bit.
   */
  double threshold(double log10Epsilon) {
    int low = ordered(-Float.MAX_VALUE); // bisection: rounding keeps the order of floats
    int high = ordered(Float.MAX_VALUE);
    while (low < high) {
      int middle = (int) (((long) low + high) >> 1);
      if (amongAll(ofOrdered(middle)) < log10Epsilon) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return ofOrdered(low);
  }

  /**
   * Returns a guard band around log10Epsilon as one around the {@linkplain #threshold threshold} of
   * the zone by itself, with the same ends among all zones.
   */
  GuardBand inZone(GuardBand band, double log10Epsilon) {
    if (band.isNone()) {
      return band;
    }
    double own = threshold(log10Epsilon);
    return new GuardBand(
        own - threshold(band.defectBelow(log10Epsilon)),
        threshold(band.goodFrom(log10Epsilon)) - own);
  }

  /** Returns a number that has the order of floats. */
  private static int ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits >= 0 ? bits : Integer.MIN_VALUE - bits;
  }

  private static float ofOrdered(int number) {
    return Float.intBitsToFloat(number >= 0 ? number : Integer.MIN_VALUE - number);
  }
}
