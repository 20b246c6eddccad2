package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.io.Preprocessing;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Statistics of the input that a model gets of one image: of its pixels at the model's size, the
 * mean of the three channels, in [0, 1].
 *
 * @param brightness mean of all pixels
 * @param contrast standard deviation of all pixels
 * @param entropy of the histogram of 64 levels, in bits
 * @param tiles mean of each of 4 × 4 tiles, row by row
 * @param sharpness see {@link Sharpness}; null in files of older versions
 */
public record InputStatistics(
    double brightness,
    double contrast,
    double entropy,
    List<Double> tiles,
    @JsonInclude(JsonInclude.Include.NON_NULL) Double sharpness) {
  private static final int LEVELS = 64;
  private static final int TILES = 4; // per side

  /** Half a level of 8 bits: a lower contrast is none. */
  private static final double NO_CONTRAST = 0.5 / 255;

  /** How far rounding may take a value out of its bounds, as a share of the highest one. */
  private static final double ROUNDING = 0.005;

  /**
   * Makes the statistics, which may come from a file.
   *
   * @throws IllegalArgumentException naming the value that no image can have
   */
  public InputStatistics {
    requireWithin("brightness", brightness, 1);
    requireWithin("contrast", contrast, 0.5);
    requireWithin("entropy", entropy, 6);
    if (tiles == null || tiles.isEmpty() || tiles.size() > TILES * TILES) {
      throw new IllegalArgumentException(
          "tiles must be 1 to %s values, got %s"
              .formatted(TILES * TILES, tiles == null ? null : tiles.size()));
    }
    for (Double tile : tiles) {
      requireWithin("each of tiles", tile == null ? Double.NaN : tile, 1);
    }
    tiles = List.copyOf(tiles);
    if (sharpness != null) {
      requireWithin("sharpness", sharpness, Sharpness.HIGHEST);
    }
  }

  private static void requireWithin(String name, double value, double highest) {
    double beyond = ROUNDING * highest;
    if (!(value >= -beyond && value <= highest + beyond)) {
      throw new IllegalArgumentException(
          "%s must be between 0 and %s, got %s".formatted(name, highest, value));
    }
  }

  /**
   * Returns the statistics of one image.
   *
   * @param input (3, height, width), from index 0 on, as {@link Preprocessing#apply} writes it
   */
  public static InputStatistics of(FloatBuffer input, Preprocessing preprocessing) {
    int height = preprocessing.height();
    int width = preprocessing.width();
    int rows = Math.min(TILES, height);
    int columns = Math.min(TILES, width);
    double squares = 0;
    int[] histogram = new int[LEVELS];
    double[] sums = new double[rows * columns]; // by tile
    int[] counts = new int[rows * columns];
    Sharpness sharpness = new Sharpness(width);
    float[] channel = new float[width];
    float[] grey = new float[width];
    for (int y = 0; y < height; y++) {
      readRow(input, preprocessing, y, channel, grey);
      sharpness.add(grey);
      for (int column = 0; column < columns; column++) {
        int end = end(column, columns, width);
        double sum = 0;
        for (int x = end(column - 1, columns, width); x < end; x++) {
          float level = grey[x];
          sum += level;
          squares += (double) level * level;
          histogram[Math.max(0, Math.min(LEVELS - 1, (int) (level * LEVELS)))]++;
        }
        int tile = tileRow(y, rows, height) * columns + column;
        sums[tile] += sum;
        counts[tile] += end - end(column - 1, columns, width);
      }
    }
    int pixels = height * width;
    double mean = Arrays.stream(sums).sum() / pixels;
    double variance = Math.max(0, squares / pixels - mean * mean);
    return new InputStatistics(
        brief(mean),
        brief(Math.sqrt(variance)),
        brief(entropy(histogram, pixels)),
        IntStream.range(0, sums.length).mapToObj(t -> brief(sums[t] / counts[t])).toList(),
        brief(sharpness.value()));
  }

  /** Reads the mean of the channels of a row, with mean and deviation of the input undone. */
  private static void readRow(
      FloatBuffer input, Preprocessing preprocessing, int y, float[] channel, float[] grey) {
    int width = preprocessing.width();
    Arrays.fill(grey, 0);
    for (int c = 0; c < 3; c++) {
      input.get((c * preprocessing.height() + y) * width, channel);
      float factor = preprocessing.std().get(c).floatValue() / 3;
      float offset = preprocessing.mean().get(c).floatValue() / 3;
      for (int x = 0; x < width; x++) {
        grey[x] += channel[x] * factor + offset;
      }
    }
  }

  /** Returns the pixel after the last one of a tile. */
  private static int end(int tile, int tiles, int pixels) {
    return (tile + 1) * pixels / tiles;
  }

  /** Returns the row of tiles that a row of pixels is in. */
  private static int tileRow(int y, int rows, int height) {
    int row = y * rows / height;
    return y < end(row, rows, height) ? row : row + 1;
  }

  private static double entropy(int[] histogram, int pixels) {
    double entropy = 0;
    for (int count : histogram) {
      double share = (double) count / pixels;
      entropy -= count == 0 ? 0 : share * Math.log(share) / Math.log(2);
    }
    return entropy;
  }

  /**
   * Returns the values that show that inputs have changed, in the order of {@link #names}: all of
   * them.
   */
  public List<Double> values() {
    List<Double> values = new ArrayList<>(List.of(brightness, contrast, entropy));
    values.addAll(tiles);
    if (sharpness != null) {
      values.add(sharpness);
    }
    return values;
  }

  /** Returns the names of the {@link #values}. */
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of("brightness", "contrast", "entropy"));
    for (int tile = 1; tile <= tiles.size(); tile++) {
      names.add("brightness of tile %s of %s".formatted(tile, tiles.size()));
    }
    if (sharpness != null) {
      names.add("sharpness");
    }
    return names;
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
