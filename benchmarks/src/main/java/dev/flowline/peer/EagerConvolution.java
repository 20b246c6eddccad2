package dev.flowline.peer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolution of an eager program: one call of LibTorch on channels-first tensors.
 *
 * @param weight (out, in, k, k), k odd unless it embeds patches
 * @param bias (out), or none
 */
record EagerConvolution(Tensor weight, TensorOptional bias, int stride) {
  private static final long[] NO_DILATION = {1, 1};

  /** Returns the convolution of x in steps of the kernel's size, without padding. */
  Tensor embed(Tensor x) {
    long patch = weight.size(2);
    return torch.conv2d(
        x, weight, bias, new long[] {patch, patch}, new long[] {0, 0}, NO_DILATION, 1);
  }

  /** Returns the convolution of x with "same" zero padding. */
  Tensor apply(Tensor x) {
    long padding = weight.size(2) / 2;
    return torch.conv2d(
        x,
        weight,
        bias,
        new long[] {stride, stride},
        new long[] {padding, padding},
        NO_DILATION,
        1);
  }
}
