package dev.flowline.model;

import dev.flowline.nn.Ops;
import java.util.List;

/**
 * How strange each pixel is (U-Flow, equation 2, in the form of the released program, which
 * upsamples the likelihood and not the latent).
 */
public final class AnomalyMap {
  private AnomalyMap() {}

  /**
   * Mean over scales of exp(−½ mean_c z²), upsampled bilinearly; (N, 1, height, width) in [0, 1], 1
   * where the latent is zero.
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

  /** 1 − {@link #likelihood}: high is anomalous; its maximum is the image's anomaly score. */
  public static <V> V of(Ops<V> ops, List<V> latents, long height, long width) {
    return ops.add(ops.multiply(likelihood(ops, latents, height, width), -1), 1);
  }
}
