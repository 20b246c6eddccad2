package dev.flowline.bench;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The ratio of two geometric means with Student's confidence interval: the logarithms of the values
 * are taken as normal and independent, and those of pairs as normal in their differences (two
 * groups: Welch 1947).
 *
 * @param ratio of the second mean to the first one
 * @param low end of the interval, more than 0
 * @param high end of the interval, maybe infinite
 */
public record RatioInterval(double ratio, double low, double high) {
  /** The confidence of an interval that stands alone. */
  static final double CONFIDENCE = 0.95;

  /**
   * Returns the ratio of values that were taken in pairs, with 95 % confidence.
   *
   * @param first positive values, at least two
   * @param second as many
   */
  static RatioInterval paired(double[] first, double[] second) {
    return paired(first, second, CONFIDENCE);
  }

  /** Returns the ratio of values that were taken in pairs; see {@link #paired}. */
  static RatioInterval paired(double[] first, double[] second, double confidence) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "pairs must have two values, got %s and %s".formatted(first.length, second.length));
    }
    double[] from = logarithms(first);
    double[] to = logarithms(second);
    double[] differences = new double[to.length];
    Arrays.setAll(differences, i -> to[i] - from[i]);
    double error = Math.sqrt(variance(differences) / differences.length);
    return of(mean(differences), error, differences.length - 1, confidence);
  }

  /**
   * Returns the ratio of two groups of values.
   *
   * @param first positive values, at least two
   * @param second positive values, at least two
   */
  static RatioInterval unpaired(double[] first, double[] second, double confidence) {
    double[] from = logarithms(first);
    double[] to = logarithms(second);
    double ofFrom = variance(from) / from.length;
    double ofTo = variance(to) / to.length;
    double both = ofFrom + ofTo;
    double freedom =
        both == 0
            ? from.length + to.length - 2
            : both * both / (ofFrom * ofFrom / (from.length - 1) + ofTo * ofTo / (to.length - 1));
    return of(mean(to) - mean(from), Math.sqrt(both), freedom, confidence);
  }

  private static RatioInterval of(double mean, double error, double freedom, double confidence) {
    double half =
        error * TDistribution.of(freedom).inverseSurvivalProbability((1 - confidence) / 2);
    return new RatioInterval(Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half));
  }

  private static double[] logarithms(double[] values) {
    if (values.length < 2) {
      throw new IllegalArgumentException("values must be at least 2, got " + values.length);
    }
    for (double value : values) {
      if (!(value > 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("values must be positive and finite, got " + value);
      }
    }
    return Arrays.stream(values).map(Math::log).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (values.length - 1);
  }

  /** Returns whether the interval does not hold 1. */
  boolean excludesOne() {
    return low > 1 || high < 1;
  }
}
