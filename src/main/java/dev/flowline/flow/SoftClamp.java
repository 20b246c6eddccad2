package dev.flowline.flow;

import dev.flowline.nn.Ops;

/** Keeps a log-scale within ±α, smoothly. Both laws were published; weights fit only their own. */
public enum SoftClamp {
  /** α·tanh(a): the law of U-Flow's released weights. */
  TANH(0) {
    @Override
    public <V> V apply(Ops<V> ops, V a, double alpha) {
      return ops.multiply(ops.tanh(a), alpha);
    }
  },
  /** α·tanh(a/α): the law of the flow framework since 2023. */
  TANH_SCALED(1) {
    @Override
    public <V> V apply(Ops<V> ops, V a, double alpha) {
      return ops.multiply(ops.tanh(ops.multiply(a, 1 / alpha)), alpha);
    }
  };

  /** The law's number in {@code flowline.h}. */
  final int code;

  SoftClamp(int code) {
    this.code = code;
  }

  /**
   * @param a raw log-scale
   * @param alpha bound of the result's magnitude, positive
   */
  public abstract <V> V apply(Ops<V> ops, V a, double alpha);
}
