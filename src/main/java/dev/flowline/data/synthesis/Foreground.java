package dev.flowline.data.synthesis;

import dev.flowline.io.Image;
import dev.flowline.metrics.ConnectedComponents;
import java.util.Arrays;

/**
 * The object in an image that shows one before a plain background: what differs from the colour of
 * the image's border by more than Otsu's threshold (1979) of that difference.
 *
 * <p>It looks at a grid of cells, in whole numbers: an outline is good to a cell. An image is taken
 * for a surface, all of which is foreground, if its border is not plain, if its differences do not
 * fall into two classes, or if what stands out is hardly anything, nearly everything, or not whole
 * in the image.
 */
final class Foreground {
  /** The cells along each side, at most. */
  private static final int CELLS = 96;

  private static final int LEVELS = 256; // of a difference

  private static final double PLAIN = 0.1; // three quarters of the border's cells differ by less
  private static final double DIFFERENCE = 0.08; // at least, of an object
  private static final double SEPARATION = 0.65; // variance between the classes, of all
  private static final double LEAST_AREA = 0.02;
  private static final double MOST_AREA = 0.9;
  private static final double MOST_BORDER = 0.02; // that is foreground: objects are whole
  private static final double LEAST_PART = 0.05; // of the largest part; smaller ones are specks
  private static final double LARGEST_GAP = 0.01; // of the image; larger holes are background

  private final int height;
  private final int width;
  private final int[] difference; // to the border's colour, 0 … 255, by cell
  private final int[] histogram = new int[LEVELS]; // of the differences

  private Foreground(Levels levels) {
    Image image = levels.image();
    height = Math.min(CELLS, image.height());
    width = Math.min(CELLS, image.width());
    difference = new int[height * width];
    for (int channel = 0; channel < image.channels(); channel++) {
      int[] means = means(levels, channel);
      int background = quantile(border(means), 0.5);
      for (int cell = 0; cell < means.length; cell++) {
        difference[cell] = Math.max(difference[cell], Math.abs(means[cell] - background));
      }
    }
    for (int d : difference) {
      histogram[d]++;
    }
  }

  /** (H·W), or null if there is no such object: then everything is surface. */
  static boolean[] of(Levels levels) {
    return new Foreground(levels).object(levels.image());
  }

  private int[] means(Levels levels, int channel) {
    Image image = levels.image();
    int[] means = new int[height * width];
    for (int row = 0; row < height; row++) {
      int top = row * image.height() / height;
      int bottom = (row + 1) * image.height() / height;
      for (int column = 0; column < width; column++) {
        int left = column * image.width() / width;
        int right = (column + 1) * image.width() / width;
        long sum = 0;
        for (int y = top; y < bottom; y++) {
          for (int x = left; x < right; x++) {
            sum += image.sample(y, x, channel);
          }
        }
        double mean = sum / (double) ((bottom - top) * (right - left));
        means[row * width + column] = (int) ((mean - levels.low()) / levels.span() * (LEVELS - 1));
      }
    }
    return means;
  }

  private boolean[] object(Image image) {
    int[] border = border(difference);
    int otsu = otsu();
    int threshold = (int) Math.max(otsu, DIFFERENCE * LEVELS);
    if (quantile(border, 0.75) > PLAIN * LEVELS || separation(otsu) < SEPARATION) {
      return null;
    }
    boolean[] cells = new boolean[difference.length];
    for (int cell = 0; cell < cells.length; cell++) {
      cells[cell] = difference[cell] > threshold;
    }
    fillGaps(cells);
    dropSpecks(cells);
    double area = share(cells);
    double atBorder = Arrays.stream(border).filter(d -> d > threshold).count();
    if (area < LEAST_AREA || area > MOST_AREA || atBorder > MOST_BORDER * border.length) {
      return null;
    }
    boolean[] pixels = new boolean[image.height() * image.width()];
    for (int y = 0, i = 0; y < image.height(); y++) {
      int row = cell(y, height, image.height());
      for (int x = 0; x < image.width(); x++, i++) {
        pixels[i] = cells[row * width + cell(x, width, image.width())];
      }
    }
    return pixels;
  }

  /** The cell of a pixel, of so many along a side of that length; as {@link #means} has them. */
  static int cell(int pixel, int cells, int length) {
    return ((pixel + 1) * cells - 1) / length;
  }

  /** The cells along the image's edge. */
  private int[] border(int[] cells) {
    int[] border = new int[cells.length];
    int count = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        if (row == 0 || column == 0 || row == height - 1 || column == width - 1) {
          border[count++] = cells[row * width + column];
        }
      }
    }
    return Arrays.copyOf(border, count);
  }

  private static int quantile(int[] values, double share) {
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }

  /** Otsu's threshold: the largest level of the lower class. */
  private int otsu() {
    int best = 0;
    for (int level = 1; level < LEVELS - 1; level++) {
      best = betweenClasses(level) > betweenClasses(best) ? level : best;
    }
    return best;
  }

  /**
   * Returns the variance between the classes up to a level and above, as a share of all variance.
   */
  private double separation(int level) {
    double mean = Arrays.stream(difference).average().orElseThrow();
    double all = Arrays.stream(difference).mapToDouble(d -> (d - mean) * (d - mean)).sum();
    return all == 0 ? 0 : betweenClasses(level) * difference.length / all;
  }

  private double betweenClasses(int level) {
    long below = 0;
    long above = 0;
    long sumBelow = 0;
    long sumAbove = 0;
    for (int d = 0; d < LEVELS; d++) {
      below += d <= level ? histogram[d] : 0;
      above += d > level ? histogram[d] : 0;
      sumBelow += d <= level ? (long) d * histogram[d] : 0;
      sumAbove += d > level ? (long) d * histogram[d] : 0;
    }
    if (below == 0 || above == 0) {
      return 0;
    }
    double apart = sumBelow / (double) below - sumAbove / (double) above;
    return apart * apart * below / difference.length * above / difference.length;
  }

  private void fillGaps(boolean[] cells) {
    boolean[] rest = new boolean[cells.length];
    for (int cell = 0; cell < cells.length; cell++) {
      rest[cell] = !cells[cell];
    }
    ConnectedComponents gaps = ConnectedComponents.of(rest, width, 4);
    for (int cell = 0; cell < cells.length; cell++) {
      int gap = gaps.labels()[cell];
      cells[cell] |= gap > 0 && gaps.areas()[gap - 1] <= LARGEST_GAP * cells.length;
    }
  }

  private void dropSpecks(boolean[] cells) {
    ConnectedComponents parts = ConnectedComponents.of(cells, width, 8);
    int largest = Arrays.stream(parts.areas()).max().orElse(0);
    for (int cell = 0; cell < cells.length; cell++) {
      int part = parts.labels()[cell];
      cells[cell] &= part > 0 && parts.areas()[part - 1] >= LEAST_PART * largest;
    }
  }

  private static double share(boolean[] cells) {
    int count = 0;
    for (boolean cell : cells) {
      count += cell ? 1 : 0;
    }
    return count / (double) cells.length;
  }
}
