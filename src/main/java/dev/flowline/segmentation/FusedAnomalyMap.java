package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;

/**
 * The fused anomaly map: the anomaly map of all scales at the size of the finest one. The
 * calibrated test judges its regions.
 *
 * @param levels (height, width), row-major, in [0, 1], not copied
 */
public record FusedAnomalyMap(int height, int width, float[] levels) {
  /**
   * Returns, for each class k, the highest level at which the map has a region of at least 2^k
   * positions. A {@link RegionLaw} is measured from these maxima of good images.
   */
  public float[] regionMaxima() {
    float[] maxima = new float[RegionLaw.classesOf(height, width)];
    try (NativeContext context = new NativeContext(1)) {
      FlowlineException.check(
          LibFlowline.flowline_region_maxima(
              context.handle(), levels, height, width, maxima.length, maxima));
    }
    return maxima;
  }
}
