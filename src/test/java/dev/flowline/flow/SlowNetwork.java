package dev.flowline.flow;

import dev.flowline.io.StoredTensor;
import java.util.Map;

/** Layers of subnets as plain loops in double precision over x[channel][row][column]. */
final class SlowNetwork {
  private final Map<String, StoredTensor> parameters;

  SlowNetwork(Map<String, StoredTensor> parameters) {
    this.parameters = parameters;
  }

  double parameter(String name, long index) {
    return parameters.get(name).get((int) index);
  }

  /** Zero padding of half the kernel. */
  double[][][] conv(String name, double[][][] x, int stride) {
    long[] shape = parameters.get(name + ".weight").shape();
    int out = (int) shape[0];
    int in = (int) shape[1];
    int k = (int) shape[2];
    int height = (x[0].length + stride - 1) / stride;
    int width = (x[0][0].length + stride - 1) / stride;
    double[][][] y = new double[out][height][width];
    for (int o = 0; o < out; o++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          double sum = parameter(name + ".bias", o);
          for (int i = 0; i < in; i++) {
            for (int dy = 0; dy < k; dy++) {
              for (int dx = 0; dx < k; dx++) {
                int r = row * stride + dy - k / 2;
                int c = column * stride + dx - k / 2;
                if (r >= 0 && r < x[0].length && c >= 0 && c < x[0][0].length) {
                  long at = ((long) (o * in + i) * k + dy) * k + dx;
                  sum += parameter(name + ".weight", at) * x[i][r][c];
                }
              }
            }
          }
          y[o][row][column] = sum;
        }
      }
    }
    return y;
  }

  static double[][][] leaky(double[][][] x) {
    return map(x, (channel, v) -> v > 0 ? v : 0.1 * v);
  }

  /** With the running statistics. */
  double[][][] batchNorm(String name, double[][][] x) {
    return map(
        x,
        (c, v) ->
            (v - parameter(name + ".running_mean", c))
                    / Math.sqrt(parameter(name + ".running_var", c) + 1e-5)
                    * parameter(name + ".weight", c)
                + parameter(name + ".bias", c));
  }

  /** Bilinear interpolation with pixel centres at half-integers, borders repeated. */
  static double[][][] resize(double[][][] x, int height, int width) {
    double[][][] y = new double[x.length][height][width];
    for (int c = 0; c < x.length; c++) {
      for (int row = 0; row < height; row++) {
        double r = Math.max(0, (row + 0.5) * x[0].length / height - 0.5);
        int r0 = (int) r;
        int r1 = Math.min(r0 + 1, x[0].length - 1);
        for (int column = 0; column < width; column++) {
          double s = Math.max(0, (column + 0.5) * x[0][0].length / width - 0.5);
          int s0 = (int) s;
          int s1 = Math.min(s0 + 1, x[0][0].length - 1);
          double above = x[c][r0][s0] * (1 - (s - s0)) + x[c][r0][s1] * (s - s0);
          double below = x[c][r1][s0] * (1 - (s - s0)) + x[c][r1][s1] * (s - s0);
          y[c][row][column] = above * (1 - (r - r0)) + below * (r - r0);
        }
      }
    }
    return y;
  }

  static double[][][] add(double[][][] a, double[][][] b) {
    double[][][] y = new double[a.length][a[0].length][a[0][0].length];
    for (int c = 0; c < a.length; c++) {
      for (int r = 0; r < a[0].length; r++) {
        for (int s = 0; s < a[0][0].length; s++) {
          y[c][r][s] = a[c][r][s] + b[c][r][s];
        }
      }
    }
    return y;
  }

  interface Elementwise {
    double apply(int channel, double value);
  }

  static double[][][] map(double[][][] x, Elementwise f) {
    double[][][] y = new double[x.length][x[0].length][x[0][0].length];
    for (int c = 0; c < x.length; c++) {
      for (int r = 0; r < x[0].length; r++) {
        for (int s = 0; s < x[0][0].length; s++) {
          y[c][r][s] = f.apply(c, x[c][r][s]);
        }
      }
    }
    return y;
  }

  /** x_c·exp(clamp(out_c)) + out_{C+c}; adds the clamped log-scales to {@code logDet[0]}. */
  static double[][][] scaleAndShift(double[][][] x, double[][][] out, double[] logDet) {
    double[][][] y = new double[x.length][x[0].length][x[0][0].length];
    for (int c = 0; c < x.length; c++) {
      for (int r = 0; r < x[0].length; r++) {
        for (int s = 0; s < x[0][0].length; s++) {
          double logScale = 3 * 0.636 * Math.atan(out[c][r][s] / 3);
          y[c][r][s] = x[c][r][s] * Math.exp(logScale) + out[x.length + c][r][s];
          logDet[0] += logScale;
        }
      }
    }
    return y;
  }

  /** One sample of (N, C, H, W). */
  static double[][][] sample(StoredTensor tensor, int n) {
    long[] s = tensor.shape();
    double[][][] x = new double[(int) s[1]][(int) s[2]][(int) s[3]];
    long at = n * s[1] * s[2] * s[3];
    for (double[][] plane : x) {
      for (double[] row : plane) {
        for (int i = 0; i < row.length; i++) {
          row[i] = tensor.get((int) at++);
        }
      }
    }
    return x;
  }
}
