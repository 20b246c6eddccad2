package dev.flowline.study;

import java.util.Arrays;

/**
 * Energies of a scale by position, over images: where they are high, where they vary, and how
 * neighbours hang together. Differences are from the position's own mean, so that what is the same
 * in every image correlates with nothing.
 */
final class PositionStatistics {
  static final int[] DISTANCES = {1, 2, 4, 8};

  private final int height;
  private final int width;
  private final double[] sum; // (height, width)
  private final double[] squares; // (height, width)
  private final double[][] toTheRight; // (distances, height · width): products of the two
  private final double[][] below; // likewise
  private int images;

  PositionStatistics(int height, int width) {
    this.height = height;
    this.width = width;
    sum = new double[height * width];
    squares = new double[sum.length];
    toTheRight = new double[DISTANCES.length][sum.length];
    below = new double[DISTANCES.length][sum.length];
  }

  int width() {
    return width;
  }

  /**
   * @param energies of an image, (height · width)
   */
  void add(float[] energies) {
    images++;
    for (int at = 0; at < sum.length; at++) {
      double energy = energies[at];
      sum[at] += energy;
      squares[at] += energy * energy;
      for (int d = 0; d < DISTANCES.length; d++) {
        if (hasRight(at, DISTANCES[d])) {
          toTheRight[d][at] += energy * energies[at + DISTANCES[d]];
        }
        if (hasBelow(at, DISTANCES[d])) {
          below[d][at] += energy * energies[at + DISTANCES[d] * width];
        }
      }
    }
  }

  private boolean hasRight(int at, int distance) {
    return at % width + distance < width;
  }

  private boolean hasBelow(int at, int distance) {
    return at / width + distance < height;
  }

  /** Whether there is anything to say but the mean: several images of several positions. */
  boolean varies() {
    return images > 1 && sum.length > 1;
  }

  /** (height · width). */
  float[] mean() {
    float[] mean = new float[sum.length];
    for (int at = 0; at < mean.length; at++) {
      mean[at] = (float) (sum[at] / images);
    }
    return mean;
  }

  /** Of several images, (height · width), without bias. */
  float[] variance() {
    float[] variance = new float[sum.length];
    for (int at = 0; at < variance.length; at++) {
      variance[at] = (float) (squaredDifferences(at) / (images - 1));
    }
    return variance;
  }

  private double squaredDifferences(int at) {
    return Math.max(0, squares[at] - sum[at] * sum[at] / images);
  }

  private double products(double product, int at, int other) {
    return product - sum[at] * sum[other] / images;
  }

  /**
   * Correlation with the neighbours to the right and below, the mean of the two; 0 where there is
   * none. (height · width)
   */
  float[] correlationMap() {
    float[] map = new float[sum.length];
    for (int at = 0; at < map.length; at++) {
      double of = 0;
      int neighbours = 0;
      if (hasRight(at, 1)) {
        of += correlation(toTheRight[0][at], at, at + 1);
        neighbours++;
      }
      if (hasBelow(at, 1)) {
        of += correlation(below[0][at], at, at + width);
        neighbours++;
      }
      map[at] = neighbours == 0 ? 0 : (float) (of / neighbours);
    }
    return map;
  }

  private double correlation(double product, int at, int other) {
    double norm = Math.sqrt(squaredDifferences(at) * squaredDifferences(other));
    return norm > 0 ? products(product, at, other) / norm : 0;
  }

  /**
   * Correlation of all pairs of positions so far apart, in a row or a column, by each of {@link
   * #DISTANCES}; NaN where the map is smaller.
   */
  double[] correlations() {
    double[] correlations = new double[DISTANCES.length];
    Arrays.setAll(correlations, this::correlation);
    return correlations;
  }

  private double correlation(int d) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int at = 0; at < sum.length; at++) {
      if (hasRight(at, DISTANCES[d])) {
        product += products(toTheRight[d][at], at, at + DISTANCES[d]);
        first += squaredDifferences(at);
        second += squaredDifferences(at + DISTANCES[d]);
      }
      if (hasBelow(at, DISTANCES[d])) {
        product += products(below[d][at], at, at + DISTANCES[d] * width);
        first += squaredDifferences(at);
        second += squaredDifferences(at + DISTANCES[d] * width);
      }
    }
    double norm = Math.sqrt(first * second);
    return norm > 0 ? product / norm : Double.NaN;
  }
}
