package dev.flowline.model;

import dev.flowline.nn.Ops;
import java.util.List;

/** The laws by which latents become a map of how strange each pixel is; high is anomalous. */
public final class AnomalyMaps {
  private AnomalyMaps() {}

  /**
   * Mean over scales of exp(−½ mean_c z²), upsampled bilinearly; (N, 1, height, width) in [0, 1], 1
   * where the latent is zero (U-Flow, equation 2, in the form of the released program, which
   * upsamples the likelihood and not the latent).
   *
   * @param latents (N, C_l, H_l, W_l) by scale
   */
  public static <V> V likelihood(Ops<V> ops, List<V> latents, long height, long width) {
    V sum = null;
    for (V z : latents) {
      V meanSquare = ops.meanOverChannels(ops.multiply(z, z));
      V likelihood = ops.exp(ops.multiply(meanSquare, -0.5));
      V up = ops.resizeBilinear(likelihood, height, width);
      sum = sum == null ? up : ops.add(sum, up);
    }
    return ops.multiply(sum, 1.0 / latents.size());
  }

  /** 1 − {@link #likelihood}, in [0, 1]. */
  public static <V> V unlikelihood(Ops<V> ops, List<V> latents, long height, long width) {
    return ops.add(ops.multiply(likelihood(ops, latents, height, width), -1), 1);
  }

  /**
   * mean_c z² of one scale, upsampled bilinearly; (N, 1, height, width), 1 to be expected on good
   * parts, without an upper bound.
   *
   * @param z (N, C, H, W)
   */
  public static <V> V energy(Ops<V> ops, V z, long height, long width) {
    return ops.resizeBilinear(ops.meanOverChannels(ops.multiply(z, z)), height, width);
  }
}
