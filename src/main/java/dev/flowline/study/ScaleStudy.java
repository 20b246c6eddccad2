package dev.flowline.study;

import dev.flowline.metrics.Curve;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * A study of one scale: energies per channel of good images beside those of white noise, which
 * follow chi-square with C degrees of freedom, divided by C, independently at every position.
 */
final class ScaleStudy {
  /** The largest difference that does not matter. */
  private static final double TOLERANCE = 0.1;

  /** The number of standard errors of white noise that chance explains. */
  private static final double CHANCE = 4;

  private static final double LEAST_SHARE = 1e-4;
  private static final int QUANTILES = 80;

  private final int channels;
  private final ChiSquaredDistribution chiSquare;
  private final EnergyDistribution energies = new EnergyDistribution();
  private final PositionStatistics positions;

  ScaleStudy(int channels, int height, int width) {
    this.channels = channels;
    chiSquare = ChiSquaredDistribution.of(channels);
    positions = new PositionStatistics(height, width);
  }

  /**
   * @param energy of an image, (height · width)
   */
  void add(float[] energy) {
    energies.add(energy);
    positions.add(energy);
  }

  int channels() {
    return channels;
  }

  EnergyDistribution energies() {
    return energies;
  }

  PositionStatistics positions() {
    return positions;
  }

  /** Returns the standard deviation in white noise, √(2/C). */
  double expectedDeviation() {
    return Math.sqrt(2.0 / channels);
  }

  /** Returns the standard deviation over that of white noise. */
  double deviationRatio() {
    return energies.deviation() / expectedDeviation();
  }

  /** Returns the energy that a share of white noise exceeds. */
  double expectedFromAbove(double share) {
    return share < 0.5
        ? chiSquare.inverseSurvivalProbability(share) / channels
        : chiSquare.inverseCumulativeProbability(1 - share) / channels;
  }

  /** Returns about the largest energy of as many positions of white noise. */
  double expectedLargest() {
    return expectedFromAbove(0.5 / energies.count());
  }

  /** Returns the correlation of neighbours, 0 in white noise; NaN of one position or image. */
  double neighbours() {
    return positions.varies() ? positions.correlations()[0] : Double.NaN;
  }

  /** Returns measured quantiles over those of white noise, as far into both tails as data go. */
  Curve quantiles() {
    double least = Math.max(LEAST_SHARE, 1.0 / energies.count());
    double reach = Math.log(1 / least - 1);
    double[] x = new double[QUANTILES];
    double[] y = new double[QUANTILES];
    for (int i = 0; i < QUANTILES; i++) { // evenly on the logit of the share
      double share = 1 / (1 + Math.exp(reach * (2.0 * i / (QUANTILES - 1) - 1)));
      x[i] = expectedFromAbove(share);
      y[i] = energies.quantileFromAbove(share);
    }
    return new Curve(x, y);
  }

  /** Returns whether mean and deviation are those of chi-square, up to a tenth and to chance. */
  boolean isChiSquare() {
    double n = energies.count();
    double meanError = Math.sqrt(2.0 / channels / n);
    double deviationError = Math.sqrt((2 + 12.0 / channels) / n) / 2;
    return near(energies.mean(), 1, meanError) && near(deviationRatio(), 1, deviationError);
  }

  /** Returns whether neighbours are uncorrelated, up to a tenth and to chance; true if unknown. */
  boolean isIndependent() {
    double n = energies.count();
    return Double.isNaN(neighbours()) || near(neighbours(), 0, 1 / Math.sqrt(n));
  }

  private static boolean near(double value, double expected, double standardError) {
    return Math.abs(value - expected) <= Math.max(TOLERANCE, CHANCE * standardError);
  }
}
