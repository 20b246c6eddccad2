package dev.flowline.flow;

import dev.flowline.nn.Ops;

/**
 * The affine transformation that a subnet asks of the other channels: y = x·exp(logScale) + shift.
 *
 * @param logScale clamped, of the shape of x
 * @param shift of the shape of x
 */
record ScaleAndShift<V>(V logScale, V shift) {
  /** The factor of a subnet's output in the couplings that start near the identity. */
  static final double SUBNET_GAIN = 0.1;

  /**
   * @param out a subnet's output, (N, 2·C, H, W): the raw log-scales of C channels, then the shifts
   */
  static <V> ScaleAndShift<V> of(Ops<V> ops, V out, SoftClamp clamp, double alpha) {
    long channels = ops.shape(out)[1] / 2;
    V logScale = clamp.apply(ops, ops.slice(out, 1, 0, channels), alpha);
    return new ScaleAndShift<>(logScale, ops.slice(out, 1, channels, 2 * channels));
  }

  V apply(Ops<V> ops, V x) {
    return ops.add(ops.multiply(x, ops.exp(logScale)), shift);
  }

  V undo(Ops<V> ops, V y) {
    return ops.multiply(ops.subtract(y, shift), ops.exp(ops.multiply(logScale, -1)));
  }

  /** The log-determinant of {@link #apply} for each sample, (N). */
  V logDet(Ops<V> ops) {
    return ops.sumPerSample(logScale);
  }
}
