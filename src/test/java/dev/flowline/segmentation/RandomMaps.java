package dev.flowline.segmentation;

import java.util.Random;

/** Maps of every awkward kind and size, none negative. */
final class RandomMaps {
  enum Kind {
    NOISE,
    CHI_SQUARE,
    PLATEAUS,
    BLOCKS,
    RAMP,
    SMOOTH,
    CONSTANT,
    ONE_BRIGHT,
    CHECKERBOARD,
    ZEROS,
    SUBNORMAL,
    HUGE
  }

  private RandomMaps() {}

  /** {height, width}: mostly up to 12 a side, sometimes 1 × 1, 1 × n, n × 1, 2 × 2 or 3 × 200. */
  static int[] size(Random random) {
    return switch (random.nextInt(100)) {
      case 0, 1, 2 -> new int[] {1, 1};
      case 3, 4, 5, 6 -> new int[] {1, 1 + random.nextInt(40)};
      case 7, 8, 9, 10 -> new int[] {1 + random.nextInt(40), 1};
      case 11, 12, 13 -> new int[] {2, 2};
      case 14 -> new int[] {3, 200};
      default -> new int[] {1 + random.nextInt(12), 1 + random.nextInt(12)};
    };
  }

  static float[] energies(Random random, Kind kind, int height, int width, int channels) {
    float[] map = new float[height * width];
    double scale = channels * (0.5 + random.nextDouble());
    int period = 1 + random.nextInt(3);
    int levels = 2 + random.nextInt(4);
    float[] palette = new float[levels];
    for (int i = 0; i < levels; i++) {
      palette[i] = random.nextInt(4) == 0 ? channels : (float) (scale * 2 * random.nextDouble());
    }
    int bright = random.nextInt(map.length);
    for (int i = 0; i < map.length; i++) {
      int y = i / width;
      int x = i % width;
      map[i] =
          switch (kind) {
            case NOISE -> (float) (scale * 2 * random.nextDouble());
            case CHI_SQUARE -> chiSquare(random, channels);
            case PLATEAUS -> palette[random.nextInt(levels)];
            case BLOCKS ->
                y % period == 0 && x % period == 0
                    ? palette[random.nextInt(levels)]
                    : map[y / period * period * width + x / period * period];
            case RAMP -> (float) (scale * (x + 0.37 * y) / (width + height) * 3);
            case SMOOTH ->
                (float) (scale * (1.2 + Math.sin(x * 0.9 + palette[0]) * Math.cos(y * 0.7)));
            case CONSTANT -> palette[0];
            case ONE_BRIGHT -> i == bright ? 20f * channels : palette[0];
            case CHECKERBOARD -> (x + y) % 2 == 0 ? palette[0] : palette[1];
            case ZEROS -> random.nextInt(3) == 0 ? palette[0] : random.nextBoolean() ? 0f : -0f;
            case SUBNORMAL -> random.nextInt(5) * Float.MIN_VALUE;
            case HUGE -> (float) (random.nextDouble() * 1e37);
          };
    }
    return map;
  }

  static float chiSquare(Random random, int channels) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      double z = random.nextGaussian();
      sum += z * z;
    }
    return (float) sum;
  }
}
