package dev.flowline.model;

import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The normal distributions of the vectors at each position of some images, computed in float64, as
 * the parameters of {@link dev.flowline.flow.PositionWhitening}.
 *
 * @param mean μ, (1, C, H, W)
 * @param logScale logarithm of the diagonal of W, (1, C, H, W)
 * @param mixing W below its diagonal, (H·W, C, C), with W the inverse of the Cholesky factor of the
 *     covariance plus a ridge
 */
record PositionGaussians(StoredTensor mean, StoredTensor logScale, StoredTensor mixing) {
  /** Images whose vectors are in memory together. */
  private static final int IMAGES_AT_ONCE = 16;

  /** Covariances that are in memory together; of more positions, the images are read again. */
  private static final long BYTES_AT_ONCE = 128L << 20;

  /**
   * Fits the distributions; opens scopes of its own.
   *
   * @param images at least one
   * @param vectors of the image of that number, (1, C, H, W); of any device
   * @param ridge added to each variance
   */
  static PositionGaussians of(int images, IntFunction<Tensor> vectors, double ridge) {
    Computation fit = new Computation(images, vectors, ridge);
    fit.mean();
    for (int from = 0; from < fit.positions; from += fit.atOnce) {
      fit.whiten(from, Math.min(fit.positions, from + fit.atOnce));
    }
    long[] shape = fit.shape;
    return new PositionGaussians(
        StoredTensor.of(fit.meanFloats(), shape),
        StoredTensor.of(fit.logScale, shape),
        StoredTensor.of(fit.mixing, fit.positions, fit.channels, fit.channels));
  }

  /** The computation, with its sums. */
  private static final class Computation {
    private final int images;
    private final IntFunction<Tensor> vectors;
    private final double ridge;
    private final long[] shape;
    private final int channels;
    private final int positions;
    private final int atOnce;
    private final double[] mean; // (C, H·W)
    private final float[] logScale; // (C, H·W)
    private final float[] mixing; // (H·W, C, C)

    Computation(int images, IntFunction<Tensor> vectors, double ridge) {
      this.images = images;
      this.vectors = vectors;
      this.ridge = ridge;
      try (TensorScope scope = TensorScope.open()) {
        shape = Tensors.shape(vectors.apply(0));
      }
      channels = Math.toIntExact(shape[1]);
      positions = Math.toIntExact(shape[2] * shape[3]);
      long bytes = (long) channels * channels * Double.BYTES;
      atOnce = (int) Math.max(1, Math.min(positions, BYTES_AT_ONCE / bytes));
      mean = new double[channels * positions];
      logScale = new float[channels * positions];
      mixing = new float[positions * channels * channels];
    }

    void mean() {
      for (int image = 0; image < images; image++) {
        try (TensorScope scope = TensorScope.open()) {
          add(values(vector(image)), mean);
        }
      }
      for (int i = 0; i < mean.length; i++) {
        mean[i] /= images;
      }
    }

    float[] meanFloats() {
      float[] floats = new float[mean.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) mean[i];
      }
      return floats;
    }

    /** Computes W at the positions from (inclusive) … to (exclusive). */
    void whiten(int from, int to) {
      double[] products = products(from, to);
      for (int i = 0; i < products.length; i++) {
        products[i] /= Math.max(1, images - 1);
      }
      for (int p = 0; p < to - from; p++) {
        for (int c = 0; c < channels; c++) {
          products[(p * channels + c) * channels + c] += ridge;
        }
      }
      try (TensorScope scope = TensorScope.open()) {
        Tensor covariances = Tensor.create(products, to - from, channels, channels);
        Tensor factors = torch.linalg_cholesky(covariances);
        Tensor unit = torch.eye(channels).to(ScalarType.Double);
        keep(values(torch.linalg_solve_triangular(factors, unit, false)), from, to);
      }
    }

    /** Σ over images of (x − μ)(x − μ)ᵀ, (positions, C, C). */
    private double[] products(int from, int to) {
      double[] products = new double[(to - from) * channels * channels];
      for (int first = 0; first < images; first += IMAGES_AT_ONCE) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor centre = Tensor.create(mean, channels, positions);
          List<Tensor> centred = new ArrayList<>();
          for (int i = first; i < Math.min(images, first + IMAGES_AT_ONCE); i++) {
            centred.add(vector(i).sub(centre).narrow(1, from, to - from).t());
          }
          Tensor x = torch.stack(new TensorVector(centred.toArray(Tensor[]::new)), 2); // (P, C, N)
          add(values(torch.bmm(x, x.transpose(1, 2))), products);
        }
      }
      return products;
    }

    private void keep(double[] whitening, int from, int to) {
      for (int p = from; p < to; p++) {
        for (int row = 0; row < channels; row++) {
          int start = ((p - from) * channels + row) * channels;
          logScale[row * positions + p] = (float) Math.log(whitening[start + row]);
          for (int column = 0; column < row; column++) {
            mixing[(p * channels + row) * channels + column] = (float) whitening[start + column];
          }
        }
      }
    }

    /** The vectors of an image, (C, H·W), float64 on the CPU. */
    private Tensor vector(int image) {
      Tensor here = Tensors.on(Device.CPU, vectors.apply(image));
      return here.to(ScalarType.Double).reshape(channels, positions);
    }

    private static double[] values(Tensor tensor) {
      Tensor dense = tensor.contiguous();
      double[] values = new double[Math.toIntExact(dense.numel())];
      new DoublePointer(dense.data_ptr()).capacity(values.length).get(values);
      return values;
    }

    private static void add(double[] summands, double[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += summands[i];
      }
    }
  }
}
