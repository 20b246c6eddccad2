package dev.flowline.flow;

import dev.flowline.nn.Ops;

/**
 * What a subnet makes of its input for the other channels: y = x·exp(logScale) + shift.
 *
 * @param logScale clamped, of the shape of x
 * @param shift likewise
 */
record ScaleAndShift<V>(V logScale, V shift) {
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

  /** Of {@link #apply}, by sample, (N). */
  V logDet(Ops<V> ops) {
    return ops.sumPerSample(logScale);
  }
}
