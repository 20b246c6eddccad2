package dev.flowline.nn;

import dev.flowline.io.StoredTensor;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Draws orthogonal matrices from the uniform (Haar) distribution as a product of random reflections
 * (Stewart 1980),
 *
 * <pre>  Q = H_1·H_2 ⋯ H_{n−1}·D,</pre>
 *
 * where H_k reflects a Gaussian vector x of the last n − k + 1 dimensions onto their first axis,
 * and D holds the signs that these images have: −sign(x_1), in the last dimension sign(x_1). It is
 * what the QR decomposition of a Gaussian matrix gives (Mezzadri 2007) without decomposing one.
 */
final class RandomOrthogonal {
  private RandomOrthogonal() {}

  /** An n×n matrix in float32, computed in float64: orthogonal up to its own rounding. */
  static StoredTensor draw(int n, SplittableRandom random) {
    double[] reflections = new double[Math.multiplyExact(n, n)]; // by row: zeros, 1, v
    double[] factors = new double[n]; // of H = 1 − factor·v·vᵀ
    double[] signs = new double[n];
    for (int k = 0; k < n; k++) {
      int axis = k * n + k;
      double squares = 0;
      for (int i = axis; i < (k + 1) * n; i++) {
        reflections[i] = random.nextGaussian();
        squares += reflections[i] * reflections[i];
      }
      double x1 = reflections[axis];
      boolean last = k == n - 1;
      signs[k] = last == x1 < 0 ? -1 : 1;
      double v1 = x1 + Math.copySign(Math.sqrt(squares), x1);
      factors[k] = last ? 0 : 1 + Math.abs(x1) / Math.sqrt(squares);
      for (int i = axis + 1; i < (k + 1) * n; i++) {
        reflections[i] /= v1;
      }
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor product =
          torch.linalg_householder_product(tensor(reflections, n, n).t(), tensor(factors, n));
      return TensorCopy.store(product.mul(tensor(signs, n)));
    }
  }

  private static Tensor tensor(double[] values, long... shape) {
    return torch.from_blob(new DoublePointer(values), shape, new TensorOptions(ScalarType.Double));
  }
}
