package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import java.util.Arrays;
import java.util.Map;

/**
 * The layers as their definitions say, in double precision and without a library: a second, slow
 * implementation for networks to be compared with.
 *
 * @param parameters by name, as {@link Frozen} makes them
 */
record PlainLoops(Map<String, StoredTensor> parameters) {
  /** Channels by rows by columns. */
  record Map3(double[] values, int channels, int height, int width) {
    static Map3 of(StoredTensor image) {
      long[] s = image.shape();
      return new Map3(image.toDoubles(), (int) s[1], (int) s[2], (int) s[3]);
    }

    double at(int c, int y, int x) {
      boolean inside = y >= 0 && y < height && x >= 0 && x < width;
      return inside ? values[(c * height + y) * width + x] : 0;
    }

    double[] means() {
      double[] means = new double[channels];
      for (int c = 0; c < channels; c++) {
        means[c] =
            Arrays.stream(values, c * height * width, (c + 1) * height * width)
                .average()
                .orElseThrow();
      }
      return means;
    }

    /** Every second, fourth … row and column, from the first on. */
    Map3 everyNth(int n) {
      Map3 y = new Map3(new double[values.length / n / n], channels, height / n, width / n);
      for (int i = 0; i < y.values.length; i++) {
        int position = i % (y.height * y.width);
        y.values[i] = at(i / (y.height * y.width), position / y.width * n, position % y.width * n);
      }
      return y;
    }

    /** A token for each position, row by row. */
    double[][] tokens() {
      double[][] tokens = new double[height * width][channels];
      for (int i = 0; i < tokens.length; i++) {
        for (int c = 0; c < channels; c++) {
          tokens[i][c] = values[c * tokens.length + i];
        }
      }
      return tokens;
    }

    static Map3 ofTokens(double[][] tokens, int height, int width) {
      int channels = tokens[0].length;
      Map3 map = new Map3(new double[channels * tokens.length], channels, height, width);
      for (int i = 0; i < map.values.length; i++) {
        map.values[i] = tokens[i % tokens.length][i / tokens.length];
      }
      return map;
    }

    StoredTensor stored() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return StoredTensor.of(floats, 1, channels, height, width);
    }
  }

  double[] get(String name) {
    return parameters.get(FeatureExtractor.PREFIX + name).toDoubles();
  }

  boolean has(String name) {
    return parameters.containsKey(FeatureExtractor.PREFIX + name);
  }

  /** With zeros of a half kernel on every side. */
  Map3 conv(String name, Map3 x, int stride, int groups) {
    int kernel = (int) parameters.get(FeatureExtractor.PREFIX + name + ".weight").shape()[2];
    return conv(name, x, stride, groups, kernel / 2, 2 * (kernel / 2));
  }

  /**
   * @param before zeros above and to the left
   * @param both zeros before and after together
   */
  Map3 conv(String name, Map3 x, int stride, int groups, int before, int both) {
    long[] shape = parameters.get(FeatureExtractor.PREFIX + name + ".weight").shape();
    double[] w = get(name + ".weight");
    double[] bias = has(name + ".bias") ? get(name + ".bias") : new double[(int) shape[0]];
    int out = (int) shape[0];
    int in = (int) shape[1];
    int k = (int) shape[2];
    int height = (x.height + both - k) / stride + 1;
    int width = (x.width + both - k) / stride + 1;
    Map3 y = new Map3(new double[out * height * width], out, height, width);
    for (int o = 0; o < out; o++) {
      Arrays.fill(y.values, o * height * width, (o + 1) * height * width, bias[o]);
      for (int i = 0; i < in; i++) {
        int channel = o / (out / groups) * in + i;
        for (int t = 0; t < k * k; t++) {
          double weight = w[(o * in + i) * k * k + t];
          for (int p = 0; p < height * width; p++) {
            int row = p / width * stride - before + t / k;
            int column = p % width * stride - before + t % k;
            y.values[o * height * width + p] += weight * x.at(channel, row, column);
          }
        }
      }
    }
    return y;
  }

  /** Of windows that lie partly outside, the part inside counts. */
  static Map3 maxPool(Map3 x, int kernel, int stride, int padding) {
    int height = (x.height + 2 * padding - kernel) / stride + 1;
    int width = (x.width + 2 * padding - kernel) / stride + 1;
    Map3 y = new Map3(new double[x.channels * height * width], x.channels, height, width);
    Arrays.fill(y.values, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < y.values.length; i++) {
      for (int t = 0; t < kernel * kernel; t++) {
        int row = i / width % height * stride - padding + t / kernel;
        int column = i % width * stride - padding + t % kernel;
        if (row >= 0 && row < x.height && column >= 0 && column < x.width) {
          y.values[i] = Math.max(y.values[i], x.at(i / (height * width), row, column));
        }
      }
    }
    return y;
  }

  static Map3 relu(Map3 x) {
    return new Map3(
        Arrays.stream(x.values).map(v -> Math.max(0, v)).toArray(), x.channels, x.height, x.width);
  }

  static Map3 silu(Map3 x) {
    return new Map3(
        Arrays.stream(x.values).map(v -> v / (1 + Math.exp(-v))).toArray(),
        x.channels,
        x.height,
        x.width);
  }

  static double[][] sum(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int c = 0; c < a[i].length; c++) {
        sum[i][c] = a[i][c] + b[i][c];
      }
    }
    return sum;
  }

  double[][] linear(String name, double[][] x) {
    double[] weight = get(name + ".weight");
    double[] bias = get(name + ".bias");
    double[][] y = new double[x.length][];
    for (int token = 0; token < x.length; token++) {
      y[token] = bias.clone();
      for (int o = 0; o < bias.length; o++) {
        for (int i = 0; i < x[token].length; i++) {
          y[token][o] += weight[o * x[token].length + i] * x[token][i];
        }
      }
    }
    return y;
  }

  double[][] norm(String name, double[][] x, double epsilon) {
    double[] weight = get(name + ".weight");
    double[] bias = get(name + ".bias");
    double[][] y = new double[x.length][weight.length];
    for (int token = 0; token < x.length; token++) {
      double[] v = x[token];
      double mean = Arrays.stream(v).average().orElseThrow();
      double variance = Arrays.stream(v).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
      for (int i = 0; i < v.length; i++) {
        y[token][i] = (v[i] - mean) / Math.sqrt(variance + epsilon) * weight[i] + bias[i];
      }
    }
    return y;
  }

  /** Linear, GELU, linear. */
  double[][] mlp(String name, double[][] x) {
    double[][] y = linear(name + ".fc1", x);
    for (double[] token : y) {
      Arrays.setAll(token, i -> token[i] * 0.5 * (1 + erf(token[i] / Math.sqrt(2))));
    }
    return linear(name + ".fc2", y);
  }

  /** In place. */
  static void softmax(double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.exp(x[i]);
      sum += x[i];
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= sum;
    }
  }

  /** Maclaurin series. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
