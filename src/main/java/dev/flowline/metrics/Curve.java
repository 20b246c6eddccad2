package dev.flowline.metrics;

import java.util.Arrays;

/**
 * A curve for drawing.
 *
 * @param x abscissae
 * @param y as many ordinates
 */
public record Curve(double[] x, double[] y) {
  /** The curve without points. */
  public static final Curve EMPTY = new Curve(new double[0], new double[0]);

  /** Returns the number of points. */
  public int points() {
    return x.length;
  }

  /**
   * A collector of a curve that rises in both coordinates from 0 to at most 1. It keeps only points
   * that are 1/400 away from the one before: at most 802 of any number.
   */
  static final class Thinned {
    private static final double STEP = 1.0 / 400;

    private double[] x = new double[64];
    private double[] y = new double[64];
    private int points;
    private double lastX = Double.NaN;
    private double lastY = Double.NaN;

    void add(double px, double py) {
      lastX = px;
      lastY = py;
      if (points == 0 || px - x[points - 1] >= STEP || py - y[points - 1] >= STEP) {
        keep();
      }
    }

    private void keep() {
      if (points == x.length) {
        x = Arrays.copyOf(x, 2 * points);
        y = Arrays.copyOf(y, 2 * points);
      }
      x[points] = lastX;
      y[points++] = lastY;
    }

    Curve finish() {
      if (points > 0 && (x[points - 1] != lastX || y[points - 1] != lastY)) {
        keep();
      }
      return new Curve(Arrays.copyOf(x, points), Arrays.copyOf(y, points));
    }
  }
}
