package dev.flowline.flow;

import dev.flowline.nn.Ops;

/**
 * The loss of a flow onto white Gaussian noise: Σ_l ½‖z_l‖² − logDetJacobian, summed over all
 * dimensions, without the constant ½·D·log 2π, in nats.
 */
public final class NegativeLogLikelihood {
  private NegativeLogLikelihood() {}

  /** The negative log-likelihood of each sample, (N). */
  public static <V> V perSample(Ops<V> ops, Latents<V> latents) {
    V energy = ops.zeros(ops.shape(latents.logDetJacobian()));
    for (V z : latents.values()) {
      energy = ops.add(energy, ops.sumPerSample(ops.multiply(z, z)));
    }
    return ops.subtract(ops.multiply(energy, 0.5), latents.logDetJacobian());
  }

  /** Mean over the batch, a scalar. */
  public static <V> V mean(Ops<V> ops, Latents<V> latents) {
    V perSample = perSample(ops, latents);
    return ops.multiply(ops.sum(perSample), 1.0 / ops.shape(perSample)[0]);
  }

  /** Mean over the batch divided by the dimensions of one image's latents, a scalar. */
  public static <V> V meanByDimension(Ops<V> ops, Latents<V> latents) {
    long dimensions = 0;
    for (V z : latents.values()) {
      long[] shape = ops.shape(z);
      dimensions += shape[1] * shape[2] * shape[3];
    }
    return ops.multiply(mean(ops, latents), 1.0 / dimensions);
  }
}
