package dev.flowline.flow;

import dev.flowline.nn.ClampLaw;
import dev.flowline.nn.Ops;

/** Keeps a log-scale within ±α, smoothly. All were published; weights fit only their own law. */
public enum SoftClamp {
  /** α·tanh(a): the clamp of U-Flow's released weights. */
  TANH(ClampLaw.TANH) {
    @Override
    public <V> V apply(Ops<V> ops, V a, double alpha) {
      return ops.multiply(ops.tanh(a), alpha);
    }
  },
  /** α·tanh(a/α): the clamp of the flow framework since 2023. */
  TANH_SCALED(ClampLaw.TANH_SCALED) {
    @Override
    public <V> V apply(Ops<V> ops, V a, double alpha) {
      return ops.multiply(ops.tanh(ops.multiply(a, 1 / alpha)), alpha);
    }
  },
  /** α·0.636·atan(a/α), 0.636 ≈ 2/π: the clamp of the Glow couplings of DifferNet and CS-Flow. */
  ATAN(ClampLaw.ATAN) {
    @Override
    public <V> V apply(Ops<V> ops, V a, double alpha) {
      return ops.multiply(ops.atan(ops.multiply(a, 1 / alpha)), alpha * TWO_BY_PI);
    }
  };

  private static final double TWO_BY_PI = 0.636; // as published, not 0.63662

  /** The clamp as libflowline's couplings name it. */
  final ClampLaw law;

  SoftClamp(ClampLaw law) {
    this.law = law;
  }

  /**
   * Clamps.
   *
   * @param a raw log-scale
   * @param alpha bound of the result's magnitude, positive
   */
  public abstract <V> V apply(Ops<V> ops, V a, double alpha);
}
