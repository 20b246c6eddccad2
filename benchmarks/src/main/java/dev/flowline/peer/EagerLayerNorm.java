package dev.flowline.peer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A layer normalisation of an eager program.
 *
 * @param shape of the last dimensions, over which it normalises
 */
record EagerLayerNorm(long[] shape, TensorOptional weight, TensorOptional bias, double epsilon) {
  Tensor apply(Tensor x) {
    return torch.layer_norm(x, shape, weight, bias, epsilon, false);
  }
}
