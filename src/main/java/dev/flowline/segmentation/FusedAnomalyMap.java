package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;

/**
 * The anomaly map of all scales at the finest one's size: one map, whose regions the calibrated
 * test judges.
 *
 * @param levels (height, width), row-major, in [0, 1], not copied
 */
public record FusedAnomalyMap(int height, int width, float[] levels) {
  /**
   * The highest level at which it has a region of at least 2^k positions, by class k: what a {@link
   * RegionLaw} is measured from.
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
