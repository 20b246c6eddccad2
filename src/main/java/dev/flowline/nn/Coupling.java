package dev.flowline.nn;

/**
 * The elementwise half of a coupling block, with what its subnet makes of the first C − ⌊C/2⌋
 * channels x1 for the others, x2: {@code (a, b) = subnetGain·subnet(x1)},
 *
 * <pre>  y = permute(gain·(x1 ⧺ x2·exp(clamp(a)) + b) + offset)</pre>
 *
 * @param clamp the function that clamps the log-scale
 * @param alpha bound of the log-scale
 * @param gain (1, C, 1, 1), positive
 * @param offset (1, C, 1, 1)
 * @param permutation name of that parameter
 */
public record Coupling<V>(
    ClampLaw clamp, double alpha, double subnetGain, V gain, V offset, String permutation) {
  /**
   * @param value y, or x of the inverse
   * @param logDetJacobian (N), natural log, of what was done
   */
  public record Result<V>(V value, V logDetJacobian) {}
}
