package dev.flowline.calibration;

import dev.flowline.io.Preprocessing;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Statistics of the input that a model gets of one image: of its pixels at the model's size, the
 * mean of the three channels, in [0, 1].
 *
 * @param brightness mean of all pixels
 * @param contrast standard deviation of all pixels
 * @param entropy of the histogram of 64 levels, in bits
 * @param tiles mean of each of 4 × 4 tiles, row by row
 */
public record InputStatistics(
    double brightness, double contrast, double entropy, List<Double> tiles) {
  private static final int LEVELS = 64;
  private static final int TILES = 4; // per side

  /** Half a level of 8 bits: a lower contrast is none. */
  private static final double NO_CONTRAST = 0.5 / 255;

  public InputStatistics {
    tiles = List.copyOf(tiles);
  }

  /**
   * Returns the statistics of one image.
   *
   * @param input (3, height, width), from index 0 on, as {@link Preprocessing#apply} writes it
   */
  public static InputStatistics of(FloatBuffer input, Preprocessing preprocessing) {
    float[] grey = grey(input, preprocessing);
    int height = preprocessing.height();
    int width = preprocessing.width();
    double sum = 0;
    double squares = 0;
    int[] histogram = new int[LEVELS];
    for (float level : grey) {
      sum += level;
      squares += (double) level * level;
      histogram[Math.max(0, Math.min(LEVELS - 1, (int) (level * LEVELS)))]++;
    }
    double mean = sum / grey.length;
    double variance = Math.max(0, squares / grey.length - mean * mean);
    return new InputStatistics(
        brief(mean),
        brief(Math.sqrt(variance)),
        brief(entropy(histogram, grey.length)),
        tiles(grey, height, width));
  }

  /** Returns the mean of the channels, with mean and deviation of the preprocessing undone. */
  private static float[] grey(FloatBuffer input, Preprocessing preprocessing) {
    int pixels = preprocessing.height() * preprocessing.width();
    float[] grey = new float[pixels];
    float[] channel = new float[pixels];
    for (int c = 0; c < 3; c++) {
      input.get(c * pixels, channel);
      float factor = preprocessing.std().get(c).floatValue() / 3;
      float offset = preprocessing.mean().get(c).floatValue() / 3;
      for (int i = 0; i < pixels; i++) {
        grey[i] += channel[i] * factor + offset;
      }
    }
    return grey;
  }

  private static double entropy(int[] histogram, int pixels) {
    double entropy = 0;
    for (int count : histogram) {
      double share = (double) count / pixels;
      entropy -= count == 0 ? 0 : share * Math.log(share) / Math.log(2);
    }
    return entropy;
  }

  private static List<Double> tiles(float[] grey, int height, int width) {
    int rows = Math.min(TILES, height);
    int columns = Math.min(TILES, width);
    List<Double> tiles = new ArrayList<>();
    for (int tile = 0; tile < rows * columns; tile++) {
      int top = tile / columns * height / rows;
      int bottom = (tile / columns + 1) * height / rows;
      int left = tile % columns * width / columns;
      int right = (tile % columns + 1) * width / columns;
      double sum = 0;
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          sum += grey[y * width + x];
        }
      }
      tiles.add(brief(sum / ((bottom - top) * (right - left))));
    }
    return tiles;
  }

  /** Returns whether all pixels are alike. */
  boolean areConstant() {
    return contrast < NO_CONTRAST;
  }

  /** Returns a value in the digits of a float, to keep model files small. */
  private static double brief(double value) {
    return Double.parseDouble(Float.toString((float) value));
  }
}
