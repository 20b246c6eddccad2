package dev.flowline.study;

import java.util.Arrays;

/**
 * Statistics of the energies of a scale, position by position over images: mean, variance and the
 * correlation of neighbours. Differences are from the mean of the position, so that what is the
 * same in every image correlates with nothing.
 */
final class PositionStatistics {
  static final int[] DISTANCES = {1, 2, 4, 8};

  private final int height;
  private final int width;
  private final double[] sum; // (height, width)
  private final double[] squares; // (height, width)
  private final double[][] toTheRight; // (distances, height · width): products of the two
  private final double[][] below; // (distances, height · width)
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

  /** Returns whether there is a variance and a neighbour: several images of several positions. */
  boolean varies() {
    return images > 1 && sum.length > 1;
  }

  /** Returns the mean over images, (height · width). */
  float[] mean() {
    float[] mean = new float[sum.length];
    for (int at = 0; at < mean.length; at++) {
      mean[at] = (float) (sum[at] / images);
    }
    return mean;
  }

  /** Returns the unbiased variance over several images, (height · width). */
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
   * Returns the mean correlation with the neighbours to the right and below, (height · width); 0 if
   * there is none.
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
   * Returns the correlation of all pairs of positions in a row or a column, for each of {@link
   * #DISTANCES}; NaN if the map is smaller.
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
