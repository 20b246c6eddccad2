package dev.flowline.peer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A linear layer of an eager program, over the last dimension.
 *
 * @param weight (out, in)
 */
record EagerLinear(Tensor weight, TensorOptional bias) {
  Tensor apply(Tensor x) {
    return torch.linear(x, weight, bias);
  }
}
