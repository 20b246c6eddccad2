package dev.flowline.model;

import dev.flowline.nn.Ops;
import java.util.List;

/** Mean of z² over all dimensions of an image: 1 to be expected on good parts. */
final class MeanSquare {
  private MeanSquare() {}

  /**
   * Computes it for each sample, (N).
   *
   * @param latents (N, C_l, H_l, W_l) by scale
   */
  static <V> V perSample(Ops<V> ops, List<V> latents) {
    V sum = null;
    long dimensions = 0;
    for (V z : latents) {
      long[] shape = ops.shape(z);
      dimensions += shape[1] * shape[2] * shape[3];
      V squares = ops.sumPerSample(ops.multiply(z, z));
      sum = sum == null ? squares : ops.add(sum, squares);
    }
    return ops.multiply(sum, 1.0 / dimensions);
  }
}
