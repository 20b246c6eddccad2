package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * {@code flowline_select} on one map.
 *
 * @param regionOfPixel by pixel: the node that is its region, −1 if none is
 * @param log10Pfa by node, numbered as in {@link ComponentTree}
 * @param painted by pixel: the scale's map
 */
record NativeSelection(int[] regionOfPixel, double[] log10Pfa, float[] painted) {
  /** energies: null to take the regions' minima from the levels. */
  static NativeSelection of(
      float[] levels,
      float[] energies,
      int height,
      int width,
      int channels,
      long totalPixels,
      SegmentationOptions options) {
    int[] region = new int[levels.length];
    double[] log10Pfa = new double[levels.length];
    float[] painted = new float[levels.length];
    try (NativeContext context = new NativeContext(1);
        var how = new LibFlowline.SegmentOptions()) {
      how.pfa_bound(options.pfaBound().code).number_of_tests(options.numberOfTests().code);
      FlowlineException.check(
          LibFlowline.flowline_select(
              context.handle(),
              levels,
              energies,
              height,
              width,
              channels,
              totalPixels,
              how,
              region,
              log10Pfa,
              painted));
    }
    return new NativeSelection(region, log10Pfa, painted);
  }

  /** The pixels of every region, ascending; regions by their smallest pixel. */
  Map<Integer, int[]> regions() {
    Map<Integer, int[]> regions = new TreeMap<>();
    IntStream.range(0, regionOfPixel.length)
        .filter(pixel -> regionOfPixel[pixel] >= 0)
        .map(pixel -> regionOfPixel[pixel])
        .distinct()
        .forEach(
            region -> {
              int[] pixels =
                  IntStream.range(0, regionOfPixel.length)
                      .filter(pixel -> regionOfPixel[pixel] == region)
                      .toArray();
              regions.put(pixels[0], pixels);
            });
    return regions;
  }

  /** log10 PFA of the region that holds the pixel. */
  double log10PfaAt(int pixel) {
    return log10Pfa[regionOfPixel[pixel]];
  }
}
