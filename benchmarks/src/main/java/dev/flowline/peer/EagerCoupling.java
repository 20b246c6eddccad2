package dev.flowline.peer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A coupling block of U-Flow operation by operation, as the equations of its paper read: subnet,
 * clamp, exp, product, sum, concatenation, global affine, permutation as a dense 1×1 convolution.
 * Like flow frameworks in Python it returns the log-determinant too, which an inspection does not
 * use.
 *
 * @param first convolution of the subnet
 * @param second convolution of the subnet
 * @param globalScale g of the learned scale ψ(g), (1, C, 1, 1)
 * @param globalOffset (1, C, 1, 1)
 */
record EagerCoupling(
    EagerConvolution first,
    EagerConvolution second,
    Tensor globalScale,
    Tensor globalOffset,
    EagerConvolution permutation) {
  private static final double GAIN = 0.1; // of the subnet's output and of the global scale
  private static final double ALPHA = 2; // of the soft clamp
  private static final double BETA = 0.5; // of the softplus
  private static final double LINEAR_ABOVE = 20;
  private static final long[] IMAGE = {1, 2, 3};

  /** The value (N, C, H, W) and the log-determinant (N) of a block; the caller frees both. */
  record Flowed(Tensor value, Tensor logDetJacobian) {}

  Flowed forward(Tensor x) {
    long channels = x.size(1);
    long active = channels / 2;
    long passive = channels - active;
    try (Tensor x1 = x.narrow(1, 0, passive);
        Tensor x2 = x.narrow(1, passive, active);
        Tensor a = subnet(x1);
        Tensor logScale = clamped(a.narrow(1, 0, active));
        Tensor shift = a.narrow(1, active, active);
        Tensor scale = logScale.exp();
        Tensor scaled = x2.mul(scale);
        Tensor y2 = scaled.add(shift);
        TensorVector halves = new TensorVector(x1, y2);
        Tensor y = torch.cat(halves, 1);
        Tensor ofCoupling = logScale.sum(IMAGE, false, new ScalarTypeOptional())) {
      return affine(y, ofCoupling);
    }
  }

  /** Returns (0.1·a, 0.1·b) for x1's (a, b). */
  private Tensor subnet(Tensor x1) {
    try (Tensor hidden = first.apply(x1);
        Tensor rectified = hidden.relu()) {
      return second.apply(rectified).mul_(new Scalar(GAIN));
    }
  }

  private static Tensor clamped(Tensor raw) {
    try (raw;
        Tensor bounded = raw.tanh()) {
      return bounded.mul(new Scalar(ALPHA));
    }
  }

  private Flowed affine(Tensor y, Tensor ofCoupling) {
    try (Tensor softplus = torch.softplus(globalScale, new Scalar(BETA), new Scalar(LINEAR_ABOVE));
        Tensor scale = softplus.mul(new Scalar(GAIN));
        Tensor logScale = scale.log();
        Tensor sum = logScale.sum();
        Tensor ofAffine = sum.mul(new Scalar((double) (y.size(2) * y.size(3))));
        Tensor scaled = y.mul(scale);
        Tensor shifted = scaled.add(globalOffset)) {
      return new Flowed(permutation.apply(shifted), ofCoupling.add(ofAffine));
    }
  }
}
