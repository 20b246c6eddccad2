package dev.flowline.data.synthesis;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;

/** The pixels that a made-up defect covers, and what becomes of them. */
final class DefectPatch {
  /** The other sign is taken if this one leaves less of the contrast than that share of it. */
  private static final double MUCH_LESS = 0.8;

  private static final double HALF = 0.5;

  private final Levels good;
  private final DefectKind kind;
  private final int top;
  private final int left;
  private final int side;
  private final double x;
  private final double y;
  private final double[] coverage; // (side, side)
  private final boolean[] masked; // (side, side)
  private final int[] after; // (side, side, channels)

  /**
   * Lays an outline over an image.
   *
   * @param row of the pixel in which its centre lies
   * @param column likewise
   */
  DefectPatch(Levels good, DefectOutline outline, int row, int column, SplitMix64 random) {
    this.good = good;
    kind = outline.kind();
    x = column + random.next();
    y = row + random.next();
    int reach = (int) Math.ceil(outline.reach()) + 1;
    top = row - reach;
    left = column - reach;
    side = 2 * reach + 1;
    coverage = new double[side * side];
    masked = new boolean[side * side];
    after = new int[side * side * good.image().channels()];
    int most = -1;
    boolean any = false;
    for (int i = 0; i < coverage.length; i++) {
      if (isInside(i)) {
        coverage[i] = outline.coverage(left + i % side + HALF - x, top + i / side + HALF - y);
        masked[i] = coverage[i] >= HALF;
        any |= masked[i];
        most = most < 0 || coverage[i] > coverage[most] ? i : most;
      }
    }
    masked[most] |= !any; // of one that covers no pixel by half, the one that it covers most
  }

  private boolean isInside(int i) {
    int row = top + i / side;
    int column = left + i % side;
    return row >= 0 && row < good.image().height() && column >= 0 && column < good.image().width();
  }

  /**
   * Makes the pixels brighter or darker; those of a missing patch get one colour, brighter or
   * darker than their mean.
   *
   * @param sign 1 for brighter, −1 for darker; turned where the samples have no room for it
   */
  void shift(double contrast, int sign) {
    double share = 0;
    int count = 0;
    for (int i = 0; i < coverage.length; i++) {
      share += masked[i] ? coverage[i] : 0;
      count += masked[i] ? 1 : 0;
    }
    double level = contrast / Math.max(share / count, 0.1);
    shiftBy(-sign * level);
    double other = contrast();
    shiftBy(sign * level);
    if (contrast() < MUCH_LESS * other) {
      shiftBy(-sign * level);
    }
  }

  private void shiftBy(double level) {
    int channels = good.image().channels();
    for (int c = 0; c < channels; c++) {
      double mean = kind == DefectKind.MISSING ? mean(c) : 0;
      for (int i = 0; i < coverage.length; i++) {
        if (coverage[i] > 0) {
          double before = level(i, c);
          double target = level + (kind == DefectKind.MISSING ? mean : before);
          set(i, c, before + coverage[i] * (target - before));
        }
      }
    }
  }

  private double mean(int channel) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < coverage.length; i++) {
      if (masked[i]) {
        sum += level(i, channel);
        count++;
      }
    }
    return sum / count;
  }

  /** Shows another place of the image, whose centre is given. */
  void paste(int row, int column) {
    int channels = good.image().channels();
    int down = row - (int) y;
    int right = column - (int) x;
    for (int i = 0; i < coverage.length; i++) {
      for (int c = 0; c < channels && coverage[i] > 0; c++) {
        int sourceRow = Math.min(Math.max(top + i / side + down, 0), good.image().height() - 1);
        int sourceColumn = Math.min(Math.max(left + i % side + right, 0), good.image().width() - 1);
        double before = level(i, c);
        double target = good.at(sourceRow, sourceColumn, c, channels);
        set(i, c, before + coverage[i] * (target - before));
      }
    }
  }

  private double level(int i, int channel) {
    return good.at(top + i / side, left + i % side, channel, good.image().channels());
  }

  private void set(int i, int channel, double level) {
    int sample = (int) Math.floor(good.low() + good.span() * level + HALF);
    after[i * good.image().channels() + channel] =
        Math.min(Math.max(sample, 0), good.image().maximum());
  }

  /** Returns the mean difference to the good image over the mask, as a share of its span. */
  double contrast() {
    int channels = good.image().channels();
    double sum = 0;
    int count = 0;
    for (int i = 0; i < coverage.length; i++) {
      if (masked[i]) {
        int largest = 0;
        for (int c = 0; c < channels; c++) {
          int before = good.image().sample(top + i / side, left + i % side, c);
          largest = Math.max(largest, Math.abs(after[i * channels + c] - before));
        }
        sum += largest;
        count++;
      }
    }
    return sum / count / good.span();
  }

  /** Returns the image with this patch in it. */
  PlacedDefect painted(double size) {
    Image image = good.image();
    ImageCopy copy = new ImageCopy(image);
    boolean[] mask = new boolean[image.height() * image.width()];
    for (int i = 0; i < coverage.length; i++) {
      if (coverage[i] > 0) {
        int pixel = (top + i / side) * image.width() + left + i % side;
        mask[pixel] = masked[i];
        for (int c = 0; c < image.channels(); c++) {
          copy.set(pixel * image.channels() + c, after[i * image.channels() + c]);
        }
      }
    }
    return new PlacedDefect(copy.image(), mask, kind, size, contrast(), x, y);
  }
}
