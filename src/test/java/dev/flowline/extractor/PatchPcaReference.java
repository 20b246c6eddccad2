package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import java.util.Map;

/** One scale of {@link PatchPca} on a square image in plain loops and double precision. */
final class PatchPcaReference {
  private PatchPcaReference() {}

  /**
   * @param image (3, size, size), already shrunk to the scale
   */
  static double[] features(
      Map<String, StoredTensor> fitted,
      int scale,
      double[] image,
      int size,
      int filters,
      int kernel) {
    String name = "feature_extractor.extractor.scale" + scale;
    double[] weight = fitted.get(name + ".filters.weight").toDoubles();
    double[] bias = fitted.get(name + ".filters.bias").toDoubles();
    int grid = size / 4;
    double[] compressed = new double[2 * filters * grid * grid];
    for (int f = 0; f < filters; f++) {
      for (int position = 0; position < grid * grid; position++) {
        double positive = 0;
        double negative = 0;
        int count = 0;
        for (int y = position / grid * 4 - 1; y < position / grid * 4 + 5; y++) {
          for (int x = position % grid * 4 - 1; x < position % grid * 4 + 5; x++) {
            if (y >= 0 && y < size && x >= 0 && x < size) {
              double r = bias[f] + response(weight, f, image, size, y, x, kernel);
              positive += Math.max(0, r);
              negative += Math.max(0, -r);
              count++;
            }
          }
        }
        compressed[f * grid * grid + position] = Math.log(positive / count + 0.3);
        compressed[(filters + f) * grid * grid + position] = Math.log(negative / count + 0.3);
      }
    }
    double[] whitening = fitted.get(name + ".whitening.weight").toDoubles();
    double[] shift = fitted.get(name + ".whitening.bias").toDoubles();
    double[] out = new double[compressed.length];
    int channels = 2 * filters;
    for (int i = 0; i < out.length; i++) {
      int c = i / (grid * grid);
      out[i] = shift[c];
      for (int k = 0; k < channels; k++) {
        out[i] += whitening[c * channels + k] * compressed[k * grid * grid + i % (grid * grid)];
      }
    }
    return out;
  }

  /** Means of 2×2 pixels. */
  static double[] halve(double[] image, int size) {
    int half = size / 2;
    double[] out = new double[3 * half * half];
    for (int i = 0; i < out.length; i++) {
      int at = i / (half * half) * size * size + i / half % half * 2 * size + i % half * 2;
      out[i] = (image[at] + image[at + 1] + image[at + size] + image[at + size + 1]) / 4;
    }
    return out;
  }

  private static double response(
      double[] weight, int filter, double[] image, int size, int y, int x, int kernel) {
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      for (int v = 0; v < kernel; v++) {
        for (int u = 0; u < kernel; u++) {
          double pixel =
              image[
                  (c * size + mirror(y + v - kernel / 2, size)) * size
                      + mirror(x + u - kernel / 2, size)];
          sum += weight[((filter * 3 + c) * kernel + v) * kernel + u] * pixel;
        }
      }
    }
    return sum;
  }

  private static int mirror(int i, int size) {
    return i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
  }
}
