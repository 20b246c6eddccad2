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
  private static final float NOT_TESTED = -1;
  private static final int LEAST_POSITIONS = 16;

  /**
   * Returns, for each class k, the highest level at which the map has a region of at least 2^k
   * positions. A {@link RegionLaw} is measured from these maxima of good images.
   */
  public float[] regionMaxima() {
    return maxima(levels, height * width);
  }

  /**
   * Returns these maxima of what is in view: no region extends over other positions, and the
   * classes are those of so many positions as are in view.
   *
   * @param view in positions of this map, or of a map of another size
   */
  public float[] regionMaxima(FieldOfView view) {
    FieldOfView positions = view.resized(height, width);
    if (positions.isWhole()) {
      return regionMaxima();
    }
    return maxima(seen(positions, 0), positions.count());
  }

  private float[] seen(FieldOfView positions, float elsewhere) {
    float[] seen = levels.clone();
    for (int i = 0; i < seen.length; i++) {
      seen[i] = positions.contains(i / width, i % width) ? seen[i] : elsewhere;
    }
    return seen;
  }

  /**
   * Returns the map's baseline and, relative to it, the maxima of what is in view, from which a
   * relative {@link RegionLaw} is measured; of fewer than {@value #LEAST_POSITIONS} positions in
   * view the maxima as they are, without a baseline, which would follow a defect.
   *
   * @param view in positions of this map, or of a map of another size
   * @throws IllegalArgumentException if no position is in view
   */
  public RelativeMaxima relativeMaxima(FieldOfView view) {
    FieldOfView positions = view.resized(height, width);
    if (positions.count() == 0) {
      throw new IllegalArgumentException("view must hold a position of the map, got none");
    }
    if (positions.count() < LEAST_POSITIONS) {
      return new RelativeMaxima(regionMaxima(view), RelativeMaxima.NO_BASELINE);
    }
    float[] seen = positions.isWhole() ? levels : seen(positions, NOT_TESTED);
    float[] maxima = new float[RegionLaw.classesOf(positions.count())];
    float[] baseline = new float[1];
    try (NativeContext context = new NativeContext(1)) {
      FlowlineException.check(
          LibFlowline.flowline_relative_maxima(
              context.handle(), seen, height, width, maxima.length, maxima, baseline));
    }
    return new RelativeMaxima(maxima, baseline[0]);
  }

  private float[] maxima(float[] map, int positions) {
    float[] maxima = new float[RegionLaw.classesOf(positions)];
    try (NativeContext context = new NativeContext(1)) {
      FlowlineException.check(
          LibFlowline.flowline_region_maxima(
              context.handle(), map, height, width, maxima.length, maxima));
    }
    return maxima;
  }
}
