package dev.flowline.data;

/**
 * The magnitudes of a picture's low spatial frequencies. They stay nearly the same if the picture
 * is moved a little, and so find the candidates among which moved photos are looked for.
 */
final class Spectrum {
  private static final int SIDE = 32;
  private static final int HIGHEST = 10; // periods per side

  /** The number of magnitudes: rows of frequencies from minus to plus the highest. */
  static final int LENGTH = (2 * HIGHEST + 1) * (HIGHEST + 1);

  private static final double[][] COSINE = new double[HIGHEST + 1][SIDE];
  private static final double[][] SINE = new double[HIGHEST + 1][SIDE];

  static {
    for (int frequency = 0; frequency <= HIGHEST; frequency++) {
      for (int x = 0; x < SIDE; x++) {
        COSINE[frequency][x] = Math.cos(2 * Math.PI * frequency * x / SIDE);
        SINE[frequency][x] = Math.sin(2 * Math.PI * frequency * x / SIDE);
      }
    }
  }

  private Spectrum() {}

  /**
   * Returns the magnitudes, of norm 1.
   *
   * @param picture (side, side)
   * @param side a multiple of 32
   */
  static float[] of(float[] picture, int side) {
    double[] small = windowed(picture, side);
    double[][] real = new double[HIGHEST + 1][SIDE]; // along the rows
    double[][] imaginary = new double[HIGHEST + 1][SIDE];
    for (int u = 0; u <= HIGHEST; u++) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          real[u][y] += small[y * SIDE + x] * COSINE[u][x];
          imaginary[u][y] -= small[y * SIDE + x] * SINE[u][x];
        }
      }
    }
    float[] magnitudes = new float[LENGTH];
    double squares = 0;
    for (int i = 0; i < LENGTH; i++) {
      double magnitude = magnitude(real, imaginary, i % (HIGHEST + 1), i / (HIGHEST + 1) - HIGHEST);
      magnitudes[i] = (float) magnitude;
      squares += magnitude * magnitude;
    }
    for (int i = 0; i < LENGTH && squares > 0; i++) {
      magnitudes[i] /= (float) Math.sqrt(squares);
    }
    return magnitudes;
  }

  /** Returns the means of squares of the picture, which fade towards its edges. */
  private static double[] windowed(float[] picture, int side) {
    int step = side / SIDE;
    double[] small = new double[SIDE * SIDE];
    for (int i = 0; i < picture.length; i++) {
      small[i / side / step * SIDE + i % side / step] += picture[i];
    }
    for (int i = 0; i < small.length; i++) {
      small[i] *= hann(i / SIDE) * hann(i % SIDE);
    }
    return small;
  }

  private static double hann(int x) {
    return Math.pow(Math.sin(Math.PI * (x + 0.5) / SIDE), 2);
  }

  private static double magnitude(double[][] real, double[][] imaginary, int u, int v) {
    double re = 0;
    double im = 0;
    for (int y = 0; y < SIDE; y++) {
      double cosine = COSINE[Math.abs(v)][y];
      double sine = v < 0 ? SINE[-v][y] : -SINE[v][y];
      re += real[u][y] * cosine - imaginary[u][y] * sine;
      im += real[u][y] * sine + imaginary[u][y] * cosine;
    }
    return Math.sqrt(Math.hypot(re, im)); // the strongest frequencies shall not be all that counts
  }

  /** Returns the squared distance; one that exceeds {@code most} may be too small. */
  static double distance(float[] one, float[] other, double most) {
    double sum = 0;
    for (int i = 0; i < one.length && sum <= most; i++) {
      double difference = one[i] - other[i];
      sum += difference * difference;
    }
    return sum;
  }
}
