package dev.flowline.extractor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Mean and covariance of row vectors, summed up in float64, and the whitening that follows. */
final class Covariance {
  private static final double SMALLEST_VARIANCE = 1e-8;

  /**
   * y = weight·x + bias.
   *
   * @param weight (rows, dimensions)
   */
  record Affine(float[] weight, float[] bias) {}

  private final int dimensions;
  private final double[] sum;
  private final double[] products;
  private long count;

  Covariance(int dimensions) {
    this.dimensions = dimensions;
    this.sum = new double[dimensions];
    this.products = new double[dimensions * dimensions];
  }

  static List<Covariance> ofEach(int scales, int dimensions) {
    List<Covariance> covariances = new ArrayList<>();
    for (int scale = 0; scale < scales; scale++) {
      covariances.add(new Covariance(dimensions));
    }
    return covariances;
  }

  /**
   * @param rows (any, dimensions)
   */
  void add(Tensor rows) {
    Tensor x = rows.to(ScalarType.Double).contiguous();
    accumulate(x.sum(0L), sum);
    accumulate(x.t().matmul(x), products);
    count += x.size(0);
  }

  /**
   * The components of largest variance, each over the root of its variance plus a ridge: mean 0 and
   * variance 1, less where the ridge weighs. Signs are fixed by the largest element.
   *
   * @param ridge share of the mean variance
   * @throws IllegalArgumentException if nothing was added
   */
  Affine whitening(int components, double ridge) {
    if (count == 0) {
      throw new IllegalArgumentException("patch-pca learns from at least one training image");
    }
    double[] mean = Arrays.stream(sum).map(s -> s / count).toArray();
    double[] covariance = new double[products.length];
    double trace = 0;
    for (int i = 0; i < dimensions; i++) {
      for (int j = 0; j < dimensions; j++) {
        covariance[i * dimensions + j] = products[i * dimensions + j] / count - mean[i] * mean[j];
      }
      trace += covariance[i * dimensions + i];
    }
    T_TensorTensor_T eigen =
        torch.linalg_eigh(Tensor.create(covariance, dimensions, dimensions), "L");
    double[] variances = values(eigen.get0()); // ascending
    double[] vectors = values(eigen.get1().t().contiguous()); // one a row
    double floor = ridge * trace / dimensions + SMALLEST_VARIANCE;
    float[] weight = new float[components * dimensions];
    float[] bias = new float[components];
    for (int c = 0; c < components; c++) {
      int row = dimensions - 1 - c;
      double scale = 1 / Math.sqrt(Math.max(0, variances[row]) + floor);
      scale *= Math.signum(largest(vectors, row * dimensions, dimensions));
      double shift = 0;
      for (int i = 0; i < dimensions; i++) {
        double w = scale * vectors[row * dimensions + i];
        weight[c * dimensions + i] = (float) w;
        shift -= w * mean[i];
      }
      bias[c] = (float) shift;
    }
    return new Affine(weight, bias);
  }

  private static double largest(double[] values, int from, int length) {
    double largest = 0;
    for (int i = from; i < from + length; i++) {
      largest = Math.abs(values[i]) > Math.abs(largest) ? values[i] : largest;
    }
    return largest;
  }

  private static void accumulate(Tensor summands, double[] into) {
    double[] values = values(summands);
    for (int i = 0; i < into.length; i++) {
      into[i] += values[i];
    }
  }

  private static double[] values(Tensor tensor) {
    Tensor dense = tensor.contiguous();
    double[] values = new double[Math.toIntExact(dense.numel())];
    new DoublePointer(dense.data_ptr()).capacity(values.length).get(values);
    return values;
  }
}
