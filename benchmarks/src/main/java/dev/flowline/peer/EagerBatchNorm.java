package dev.flowline.peer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A batch norm of an eager program in evaluation mode, an operation of its own. */
record EagerBatchNorm(
    TensorOptional weight, TensorOptional bias, TensorOptional mean, TensorOptional variance) {
  /** The summand of the variance. */
  static final double EPSILON = 1e-5;

  Tensor apply(Tensor x) {
    return torch.batch_norm(x, weight, bias, mean, variance, false, 0.1, EPSILON, false);
  }
}
