package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;

/**
 * The number of tests, with which the probability of a region is multiplied. There are about
 * α·β^r/r polyominoes of r cells (α = 0.316915, β = 4.062570); n_l is the number of positions at
 * scale l.
 */
public enum NumberOfTests {
  /** The same number for every region, N_T = Σ_l n_l·Σ_{r=1..n_l} α·β^r/r (U-Flow, equation 9). */
  PUBLISHED(2),
  /**
   * A number for each size: N_T(l, r) = S·n_l·α·β^r/r for a region of r pixels at scale l, with S =
   * Σ_l n_l. The expected number of false alarms is at most ε as with {@link #PUBLISHED}, but small
   * regions on fine maps can be significant. A pixel of no region counts as a region of one pixel.
   */
  BY_SIZE(1);

  final int code;

  NumberOfTests(int code) {
    this.code = code;
  }

  /**
   * Returns log10 N_T of {@link #PUBLISHED}.
   *
   * @param pixels positions of each scale, at least 1 and at most 2^28 each
   * @throws IllegalArgumentException if there is none or one is out of bounds
   */
  public static double log10(int... pixels) {
    long[] positions = new long[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      positions[i] = pixels[i];
    }
    double[] log10 = new double[1];
    FlowlineException.check(
        LibFlowline.flowline_log10_number_of_tests(positions, pixels.length, log10));
    return log10[0];
  }

  /**
   * Returns log10 N_T(l, r) of {@link #BY_SIZE}.
   *
   * @param scalePixels n_l
   * @param totalPixels S, at least n_l
   * @param regionPixels r, at least 1 and at most n_l
   * @throws IllegalArgumentException if one is out of bounds
   */
  public static double log10BySize(int scalePixels, long totalPixels, int regionPixels) {
    double[] log10 = new double[1];
    FlowlineException.check(
        LibFlowline.flowline_log10_number_of_tests_by_size(
            scalePixels, totalPixels, regionPixels, log10));
    return log10[0];
  }
}
