package dev.flowline.peer;

import org.bytedeco.pytorch.Tensor;

/** A convolution and the batch norm behind it, as two operations. */
record NormalizedConvolution(EagerConvolution convolution, EagerBatchNorm norm) {
  Tensor apply(Tensor x) {
    try (Tensor y = convolution.apply(x)) {
      return norm.apply(y);
    }
  }

  /** Returns the rectified result. */
  Tensor rectified(Tensor x) {
    return apply(x).relu_();
  }
}
