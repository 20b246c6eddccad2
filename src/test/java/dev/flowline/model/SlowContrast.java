package dev.flowline.model;

import dev.flowline.segmentation.Bilinear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The contrastive terms a second time: plain loops in double precision over
 * z[scale][image][channel][row][column], each sum where its equation has it.
 *
 * @param masks of the negatives, in pixels
 */
record SlowContrast(
    double[][][][][] normal,
    double[][][][][] negative,
    boolean[][][] masks,
    double smoothing,
    double bound) {

  double classification() {
    int scales = normal.length;
    int images = normal[0].length;
    double positions = 0;
    for (int l = 0; l < scales; l++) {
      double sum = 0;
      int count = 0;
      for (int n = 0; n < 2 * images; n++) {
        double[][] q = likelihood(image(l, n));
        for (int i = 0; i < q.length; i++) {
          for (int j = 0; j < q[0].length; j++) {
            double defective =
                n < images ? 0 : share(masks[n - images], q.length, q[0].length, i, j);
            sum += crossEntropy(q[i][j], defective);
            count++;
          }
        }
      }
      positions += sum / count / scales;
    }
    double whole = 0;
    for (int n = 0; n < 2 * images; n++) {
      int rows = image(0, n)[0].length;
      int columns = image(0, n)[0][0].length;
      double[] mean = new double[rows * columns];
      for (int l = 0; l < scales; l++) {
        double[][] q = likelihood(image(l, n));
        double[] flat = Arrays.stream(q).flatMapToDouble(Arrays::stream).toArray();
        double[] up = Bilinear.resize(flat, q.length, q[0].length, rows, columns);
        for (int i = 0; i < mean.length; i++) {
          mean[i] += up[i] / scales;
        }
      }
      double smallest = Arrays.stream(mean).min().orElseThrow();
      whole += crossEntropy(smallest, n < images ? 0 : 1) / (2 * images);
    }
    return (positions + whole) / 2;
  }

  double pull() {
    double sum = 0;
    int pairs = 0;
    for (double[][][][] scale : normal) {
      for (int m = 0; m < scale.length; m++) {
        for (int n = 0; n < m; n++) {
          sum += 1 - cosine(global(scale[m]), global(scale[n]));
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  double push() {
    double mean = 0;
    for (int l = 0; l < normal.length; l++) {
      double sum = 0;
      int count = 0;
      for (int n = 0; n < masks.length; n++) {
        double[][][] z = normal[l][n];
        for (int[] box : boxes(masks[n], z[0].length, z[0][0].length)) {
          sum += Math.max(0, cosine(inside(z, box), inside(negative[l][n], box)));
          count++;
        }
      }
      mean += sum / count / normal.length;
    }
    return mean;
  }

  private double[][][] image(int scale, int n) {
    int images = normal[scale].length;
    return n < images ? normal[scale][n] : negative[scale][n - images];
  }

  private double[][] likelihood(double[][][] z) {
    double[][] q = new double[z[0].length][z[0][0].length];
    for (int i = 0; i < q.length; i++) {
      for (int j = 0; j < q[0].length; j++) {
        double energy = 0;
        for (double[][] channel : z) {
          energy += channel[i][j] * channel[i][j] / z.length;
        }
        q[i][j] = Math.exp(-Math.min(Math.max(energy, 1), bound) / 2);
      }
    }
    return q;
  }

  private double crossEntropy(double q, double defective) {
    double t = (1 - defective) * (1 - smoothing) + smoothing / 2;
    return -t * Math.log(q) - (1 - t) * Math.log(1 - q);
  }

  /** Pixels cut into so many pieces that none lies in two positions. */
  static double share(boolean[][] mask, int rows, int columns, int row, int column) {
    int height = mask.length;
    int width = mask[0].length;
    int inside = 0;
    for (int y = row * height; y < (row + 1) * height; y++) {
      for (int x = column * width; x < (column + 1) * width; x++) {
        inside += mask[y / rows][x / columns] ? 1 : 0;
      }
    }
    return inside / (double) (height * width);
  }

  /** {top, left, bottom, right} of all that is connected, each once, found by growing boxes. */
  static List<int[]> boxes(boolean[][] mask, int rows, int columns) {
    int height = mask.length;
    int width = mask[0].length;
    boolean[][] seen = new boolean[height][width];
    List<int[]> boxes = new ArrayList<>();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (mask[y][x] && !seen[y][x]) {
          int[] b = {y, x, y, x};
          grow(mask, seen, y, x, b);
          int[] box = {
            (int) Math.floor((double) b[0] * rows / height),
            (int) Math.floor((double) b[1] * columns / width),
            (int) Math.ceil((double) (b[2] + 1) * rows / height),
            (int) Math.ceil((double) (b[3] + 1) * columns / width)
          };
          if (boxes.stream().noneMatch(other -> Arrays.equals(other, box))) {
            boxes.add(box);
          }
        }
      }
    }
    return boxes;
  }

  private static void grow(boolean[][] mask, boolean[][] seen, int y, int x, int[] box) {
    if (y < 0 || x < 0 || y >= mask.length || x >= mask[0].length || !mask[y][x] || seen[y][x]) {
      return;
    }
    seen[y][x] = true;
    box[0] = Math.min(box[0], y);
    box[1] = Math.min(box[1], x);
    box[2] = Math.max(box[2], y);
    box[3] = Math.max(box[3], x);
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        grow(mask, seen, y + dy, x + dx, box);
      }
    }
  }

  private static double[] global(double[][][] z) {
    double[] mean = new double[z.length];
    for (int c = 0; c < z.length; c++) {
      for (double[] row : z[c]) {
        for (double value : row) {
          mean[c] += value / (z[c].length * row.length);
        }
      }
    }
    return mean;
  }

  private static double[] inside(double[][][] z, int[] box) {
    List<Double> values = new ArrayList<>();
    for (double[][] channel : z) {
      for (int i = box[0]; i < box[2]; i++) {
        for (int j = box[1]; j < box[3]; j++) {
          values.add(channel[i][j]);
        }
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double cosine(double[] a, double[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
