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
 * Draws orthogonal matrices from the uniform (Haar) distribution: Q of the QR decomposition of a
 * Gaussian matrix, its columns turned so that R has a positive diagonal (Mezzadri 2007).
 */
final class RandomOrthogonal {
  private RandomOrthogonal() {}

  /** An n×n matrix in float32, computed in float64: orthogonal up to its own rounding. */
  static StoredTensor draw(int n, SplittableRandom random) {
    double[] gaussian = new double[Math.multiplyExact(n, n)];
    for (int i = 0; i < gaussian.length; i++) {
      gaussian[i] = random.nextGaussian();
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor matrix =
          torch.from_blob(
              new DoublePointer(gaussian), new long[] {n, n}, new TensorOptions(ScalarType.Double));
      var qr = torch.linalg_qr(matrix);
      return Parameters.store(qr.get0().mul(qr.get1().diagonal().sign()));
    }
  }
}
