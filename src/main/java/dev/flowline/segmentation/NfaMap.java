package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.List;

/** The map of log10 NFA (number of false alarms) of one image; small is meaningful. */
public final class NfaMap {
  private static final int CONNECTIVITY = 4;
  private static final int USUAL_COUNT = 64;

  private final int height;
  private final int width;
  private final float[] log10Nfa; // (height, width)
  private final float minLog10Nfa;

  /**
   * Makes a map of an array.
   *
   * @param log10Nfa row-major, not copied, no NaN
   * @throws IllegalArgumentException if the size is not height × width or there is a NaN
   */
  public NfaMap(int height, int width, float[] log10Nfa) {
    this(height, width, log10Nfa, minimum(log10Nfa));
    if (height < 1 || width < 1 || (long) height * width != log10Nfa.length) {
      throw new IllegalArgumentException(
          "log10Nfa must have height * width = "
              + height
              + " * "
              + width
              + " values, got "
              + log10Nfa.length);
    }
  }

  /** Makes a map that libflowline has computed, whose pixels need no second check. */
  NfaMap(int height, int width, float[] log10Nfa, float minLog10Nfa) {
    this.height = height;
    this.width = width;
    this.log10Nfa = log10Nfa;
    this.minLog10Nfa = minLog10Nfa;
  }

  private static float minimum(float[] log10Nfa) {
    float min = Float.POSITIVE_INFINITY;
    for (float value : log10Nfa) {
      if (Float.isNaN(value)) {
        throw new IllegalArgumentException("log10Nfa must not hold NaN");
      }
      min = Math.min(min, value);
    }
    return min;
  }

  /** Returns the number of rows. */
  public int height() {
    return height;
  }

  /** Returns the number of columns. */
  public int width() {
    return width;
  }

  /** Returns the map itself, row-major, not a copy. */
  public float[] log10Nfa() {
    return log10Nfa;
  }

  /**
   * Returns the minimum log10 NFA over all regions of all scales, and of the baseline if the region
   * law is relative, before interpolation, or the background's if there is no region: the image is
   * defective if it is below log10 ε. It does not depend on the map's size. No pixel lies below it;
   * but the map interpolates between a small region and its surroundings, so that the region's peak
   * in the map may lie above. In the map of a {@link DecidedImage} it does not. If the map was made
   * of an array, it is the array's minimum.
   */
  public float minLog10Nfa() {
    return minLog10Nfa;
  }

  /** Returns the mask of pixels with log10 NFA &lt; log10Epsilon, row-major. */
  public boolean[] mask(double log10Epsilon) {
    boolean[] mask = new boolean[log10Nfa.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = log10Nfa[i] < log10Epsilon;
    }
    return mask;
  }

  /**
   * Returns the 4-connected components of the {@link #mask}, the most meaningful first.
   *
   * @throws IllegalArgumentException if log10Epsilon is NaN
   */
  public List<Region> regions(double log10Epsilon) {
    if (Double.isNaN(log10Epsilon)) {
      throw new IllegalArgumentException("log10Epsilon must be a number, got NaN");
    }
    if (!(minLog10Nfa < log10Epsilon)) {
      return List.of();
    }
    try (NativeContext context = new NativeContext(1)) {
      long[] count = {USUAL_COUNT};
      List<Region> regions = regions(context, log10Epsilon, count);
      return count[0] > regions.size() ? regions(context, log10Epsilon, count) : regions;
    }
  }

  /** Returns at most count[0] regions, and sets count[0] to the number of all. */
  private List<Region> regions(NativeContext context, double log10Epsilon, long[] count) {
    long capacity = count[0];
    try (var found = new LibFlowline.Region(capacity)) {
      FlowlineException.check(
          LibFlowline.flowline_regions(
              context.handle(),
              log10Nfa,
              height,
              width,
              log10Epsilon,
              CONNECTIVITY,
              found,
              capacity,
              count));
      return Region.of(found, 0, Math.min(count[0], capacity));
    }
  }
}
