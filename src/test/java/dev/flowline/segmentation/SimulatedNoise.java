package dev.flowline.segmentation;

import java.util.SplittableRandom;

/** Latents of good images whose law is known. */
enum SimulatedNoise {
  WHITE("white noise"),
  WRONG_VARIANCE("variance 1.3"),
  HEAVY_TAILS("t with 5 degrees of freedom"),
  CHANNEL_CORRELATION("channels correlated, 0.3"),
  SPATIAL_CORRELATION("neighbours correlated, 0.67"),
  UNLIKE_IMAGES("a variance for each image");

  final String title;

  SimulatedNoise(String title) {
    this.title = title;
  }

  /** What all scales of an image share. */
  double ofImage(SplittableRandom random) {
    return this == UNLIKE_IMAGES ? Math.exp(0.15 * random.nextGaussian()) : 1;
  }

  /** Fills one scale of one image, (channels, side, side), beginning at an index. */
  void fill(SplittableRandom random, float[] z, int from, int channels, int side, double ofImage) {
    int positions = side * side;
    for (int i = 0; i < channels * positions; i++) {
      z[from + i] = (float) (ofImage * random.nextGaussian());
    }
    switch (this) {
      case WRONG_VARIANCE -> scale(z, from, channels * positions, Math.sqrt(1.3));
      case HEAVY_TAILS -> {
        for (int i = 0; i < channels * positions; i++) {
          double chi = 0;
          for (int k = 0; k < 5; k++) {
            double g = random.nextGaussian();
            chi += g * g;
          }
          z[from + i] *= (float) Math.sqrt(3 / chi); // variance 1
        }
      }
      case CHANNEL_CORRELATION -> {
        for (int p = 0; p < positions; p++) {
          double common = Math.sqrt(0.3) * random.nextGaussian();
          for (int c = 0; c < channels; c++) {
            int at = from + c * positions + p;
            z[at] = (float) (common + Math.sqrt(0.7) * z[at]);
          }
        }
      }
      case SPATIAL_CORRELATION -> {
        for (int c = 0; c < channels; c++) {
          smooth(z, from + c * positions, side);
        }
      }
      default -> {}
    }
  }

  private static void scale(float[] z, int from, int count, double factor) {
    for (int i = 0; i < count; i++) {
      z[from + i] *= (float) factor;
    }
  }

  /** Each the mean of what is around it, with variance 1; beyond the border it goes on around. */
  private static void smooth(float[] z, int from, int side) {
    double[] weights = {0.5, 1, 0.5};
    double[] plane = new double[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double sum = 0;
        for (int dy = 0; dy < 3; dy++) {
          for (int dx = 0; dx < 3; dx++) {
            int at = (y + dy + side - 1) % side * side + (x + dx + side - 1) % side;
            sum += weights[dy] * weights[dx] * z[from + at];
          }
        }
        plane[y * side + x] = sum / 1.5; // the squares of the weights sum up to 1.5²
      }
    }
    for (int i = 0; i < plane.length; i++) {
      z[from + i] = (float) plane[i];
    }
  }
}
