package dev.flowline.data;

import dev.flowline.io.Image;
import java.util.Optional;

/**
 * A small grey picture of an image. It distinguishes photos of one part from photos of parts that
 * are alike: 128 × 128 pixels without what is smooth and without what is finer, since light and
 * compression change these. Its size does not depend on the image's.
 */
final class Fingerprint {
  private static final int SIDE = 128;
  private static final int MOST_SHIFT = 4; // pixels: 3 % of the image
  private static final int OUTLINE = 16;
  private static final double LEVELS = 16; // of the detail per standard deviation
  private static final float[] FINE = gaussian(1);
  private static final float[] SMOOTH = gaussian(4);

  private final byte[] detail; // (SIDE, SIDE), mean about 0
  private final float[] outline; // (OUTLINE, OUTLINE), mean 0, norm 1
  private final float[] spectrum; // norm 1

  private Fingerprint(byte[] detail, float[] outline, float[] spectrum) {
    this.detail = detail;
    this.outline = outline;
    this.spectrum = spectrum;
  }

  /** Returns the fingerprint of an image; empty if all its pixels are alike. */
  static Optional<Fingerprint> of(Image image) {
    float[] grey = grey(image.resized(SIDE, SIDE));
    float[] outline = outline(grey);
    float[] fine = blurred(grey, FINE);
    float[] smooth = blurred(grey, SMOOTH);
    double squares = 0;
    for (int i = 0; i < fine.length; i++) {
      fine[i] -= smooth[i];
      squares += fine[i] * fine[i];
    }
    if (outline == null || squares == 0) {
      return Optional.empty();
    }
    double step = Math.sqrt(squares / fine.length) / LEVELS;
    byte[] detail = new byte[fine.length];
    for (int i = 0; i < detail.length; i++) {
      detail[i] = (byte) Math.max(-127, Math.min(127, Math.round(fine[i] / step)));
    }
    return Optional.of(new Fingerprint(detail, outline, Spectrum.of(fine, SIDE)));
  }

  private static float[] grey(Image image) {
    float[] grey = new float[SIDE * SIDE];
    for (int i = 0; i < grey.length; i++) {
      for (int channel = 0; channel < image.channels(); channel++) {
        grey[i] += image.sample(i / SIDE, i % SIDE, channel);
      }
    }
    return grey;
  }

  /** Returns the means of squares of the picture, without mean and contrast; null if constant. */
  private static float[] outline(float[] grey) {
    int step = SIDE / OUTLINE;
    float[] outline = new float[OUTLINE * OUTLINE];
    for (int i = 0; i < grey.length; i++) {
      outline[i / SIDE / step * OUTLINE + i % SIDE / step] += grey[i];
    }
    double mean = 0;
    for (float value : outline) {
      mean += value / outline.length;
    }
    double squares = 0;
    for (int i = 0; i < outline.length; i++) {
      outline[i] -= (float) mean;
      squares += outline[i] * outline[i];
    }
    if (squares <= 1e-9 * mean * mean) {
      return null;
    }
    for (int i = 0; i < outline.length; i++) {
      outline[i] /= (float) Math.sqrt(squares);
    }
    return outline;
  }

  private static float[] gaussian(double deviation) {
    int radius = (int) Math.ceil(3 * deviation);
    float[] weights = new float[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += Math.exp(-0.5 * Math.pow((i - radius) / deviation, 2));
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (Math.exp(-0.5 * Math.pow((i - radius) / deviation, 2)) / sum);
    }
    return weights;
  }

  private static float[] blurred(float[] picture, float[] weights) {
    return acrossThenTurned(acrossThenTurned(picture, weights), weights);
  }

  /** Returns the picture blurred along its rows, with rows and columns exchanged. */
  private static float[] acrossThenTurned(float[] picture, float[] weights) {
    int radius = weights.length / 2;
    float[] turned = new float[picture.length];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        float sum = 0;
        for (int k = 0; k < weights.length; k++) {
          int at = Math.max(0, Math.min(SIDE - 1, x + k - radius));
          sum += weights[k] * picture[y * SIDE + at];
        }
        turned[x * SIDE + y] = sum;
      }
    }
    return turned;
  }

  /** Returns one number of the spectrum, from 0 to {@link Spectrum#LENGTH}. */
  float spectrum(int place) {
    return spectrum[place];
  }

  /** Returns the squared distance of the outlines, 0 to 4: how unlike the images look. */
  double outlineDistance(Fingerprint other) {
    return Spectrum.distance(outline, other.outline, Double.MAX_VALUE);
  }

  /**
   * Returns the squared distance of the spectra, 0 to 4, which hardly depends on small shifts. A
   * result above {@code most} may be smaller than the true distance.
   */
  double spectrumDistance(Fingerprint other, double most) {
    return Spectrum.distance(spectrum, other.spectrum, most);
  }

  /**
   * Returns the distance to another image: 1 minus the largest normalised cross-correlation of the
   * pictures over small shifts, from 0 for the same to about 1 for unlike ones.
   */
  double distance(Fingerprint other) {
    Shifts coarse =
        Shifts.around(0, 0, MOST_SHIFT / 2, halved(), other.halved(), SIDE / 2, MOST_SHIFT / 2);
    Shifts fine =
        Shifts.around(
            2 * coarse.bestY(), 2 * coarse.bestX(), 2, whole(), other.whole(), SIDE, MOST_SHIFT);
    return Math.max(0, 1 - fine.peak());
  }

  private int[] whole() {
    int[] whole = new int[detail.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = detail[i];
    }
    return whole;
  }

  private int[] halved() {
    int[] half = new int[detail.length / 4];
    for (int i = 0; i < detail.length; i++) {
      half[i / SIDE / 2 * (SIDE / 2) + i % SIDE / 2] += detail[i];
    }
    return half;
  }

  /** The correlations of two pictures over shifts of one of them. */
  private record Shifts(int fromY, int fromX, double[][] correlation, int atY, int atX) {
    /**
     * Measures them.
     *
     * @param y the middle of the vertical shifts
     * @param x the middle of the horizontal shifts
     * @param reach shifts on each side of it, as far as they are within the margin
     * @param margin of the picture that stays where it is, and the largest shift
     */
    static Shifts around(int y, int x, int reach, int[] still, int[] moved, int side, int margin) {
      int fromY = Math.max(-margin, y - reach);
      int fromX = Math.max(-margin, x - reach);
      int toY = Math.min(margin, y + reach);
      int toX = Math.min(margin, x + reach);
      double[][] correlation = new double[toY - fromY + 1][toX - fromX + 1];
      long[] squares = squares(moved, side);
      int end = side - margin;
      double own = within(squares(still, side), side, margin, margin, end, end);
      int bestY = 0;
      int bestX = 0;
      for (int i = 0; i < correlation.length; i++) {
        for (int j = 0; j < correlation[i].length; j++) {
          int dy = fromY + i;
          int dx = fromX + j;
          double others = within(squares, side, margin + dy, margin + dx, end + dy, end + dx);
          double product = product(still, moved, side, margin, dy, dx);
          correlation[i][j] = product / Math.sqrt(Math.max(1, own * others));
          if (correlation[i][j] > correlation[bestY][bestX]) {
            bestY = i;
            bestX = j;
          }
        }
      }
      return new Shifts(fromY, fromX, correlation, bestY, bestX);
    }

    /** Returns the sums of squares over all rectangles at the origin, (side + 1, side + 1). */
    private static long[] squares(int[] picture, int side) {
      long[] sums = new long[(side + 1) * (side + 1)];
      for (int y = 0; y < side; y++) {
        long row = 0;
        for (int x = 0; x < side; x++) {
          row += (long) picture[y * side + x] * picture[y * side + x];
          sums[(y + 1) * (side + 1) + x + 1] = sums[y * (side + 1) + x + 1] + row;
        }
      }
      return sums;
    }

    private static double within(long[] sums, int side, int y, int x, int toY, int toX) {
      int width = side + 1;
      return sums[toY * width + toX]
          - sums[y * width + toX]
          - sums[toY * width + x]
          + sums[y * width + x];
    }

    private static double product(int[] still, int[] moved, int side, int margin, int dy, int dx) {
      long sum = 0;
      for (int y = margin; y < side - margin; y++) {
        int here = y * side;
        int there = (y + dy) * side + dx;
        int row = 0; // in whole numbers, which the compiler adds up several at once
        for (int x = margin; x < side - margin; x++) {
          row += still[here + x] * moved[there + x];
        }
        sum += row;
      }
      return sum;
    }

    int bestY() {
      return fromY + atY;
    }

    int bestX() {
      return fromX + atX;
    }

    /** Returns the top of parabolas through the largest correlation: shifts are not whole. */
    double peak() {
      double top = correlation[atY][atX];
      double above = 0;
      if (atY > 0 && atY < correlation.length - 1) {
        above += rise(correlation[atY - 1][atX], top, correlation[atY + 1][atX]);
      }
      if (atX > 0 && atX < correlation[atY].length - 1) {
        above += rise(correlation[atY][atX - 1], top, correlation[atY][atX + 1]);
      }
      return Math.min(1, top + above);
    }

    private static double rise(double before, double top, double after) {
      double curvature = 2 * top - before - after;
      return curvature > 0 ? (after - before) * (after - before) / (8 * curvature) : 0;
    }
  }
}
