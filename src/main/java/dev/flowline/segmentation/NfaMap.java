package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.ArrayList;
import java.util.List;

/** log10 of the number of false alarms of every pixel of one image: small is meaningful. */
public final class NfaMap {
  private static final int CONNECTIVITY = 4;
  private static final int USUAL_COUNT = 64;

  private final int height;
  private final int width;
  private final float[] log10Nfa; // (height, width)
  private final float smallest;

  /**
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

  /** What libflowline has made needs no look at every pixel again. */
  NfaMap(int height, int width, float[] log10Nfa, float smallest) {
    this.height = height;
    this.width = width;
    this.log10Nfa = log10Nfa;
    this.smallest = smallest;
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

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** The map itself, row-major, not a copy. */
  public float[] log10Nfa() {
    return log10Nfa;
  }

  /**
   * The smallest log10 NFA of any region of any scale before interpolation, the background's where
   * there is no region: the image is defective if it is below log10 ε. It does not depend on the
   * map's size. No pixel lies below it; but a small region's peak in the map, which interpolates
   * between the region and what surrounds it, may lie above. Of a map made from an array it is the
   * minimum.
   */
  public float smallest() {
    return smallest;
  }

  /** Where log10 NFA &lt; log10Epsilon, row-major. */
  public boolean[] mask(double log10Epsilon) {
    boolean[] mask = new boolean[log10Nfa.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = log10Nfa[i] < log10Epsilon;
    }
    return mask;
  }

  /** The 4-connected components of the mask, most meaningful first. */
  public List<Region> regions(double log10Epsilon) {
    if (Double.isNaN(log10Epsilon)) {
      throw new IllegalArgumentException("log10Epsilon must be a number, got NaN");
    }
    if (!(smallest < log10Epsilon)) {
      return List.of();
    }
    try (NativeContext context = new NativeContext(1)) {
      long[] count = {USUAL_COUNT};
      List<Region> regions = regions(context, log10Epsilon, count);
      return count[0] > regions.size() ? regions(context, log10Epsilon, count) : regions;
    }
  }

  /** At most count[0] regions; receives in count[0] how many there are. */
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
      List<Region> regions = new ArrayList<>();
      for (long i = 0; i < Math.min(count[0], capacity); i++) {
        LibFlowline.Region r = found.getPointer(i);
        regions.add(
            new Region(
                r.x(),
                r.y(),
                r.width(),
                r.height(),
                Math.toIntExact(r.area()),
                r.centroid_x(),
                r.centroid_y(),
                r.peak_x(),
                r.peak_y(),
                r.log10_nfa()));
      }
      return List.copyOf(regions);
    }
  }
}
