package dev.flowline.study;

import dev.flowline.metrics.Curve;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Energies by channel of one scale of good images beside what white noise would give: chi-square
 * with C degrees of freedom, divided by C, independent from position to position.
 */
final class ScaleStudy {
  /** Less of a difference is none that matters. */
  private static final double TOLERANCE = 0.1;

  /** Nor is one that so many standard errors of white noise explain. */
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

  /** √(2/C). */
  double expectedDeviation() {
    return Math.sqrt(2.0 / channels);
  }

  /** 1 of white noise. */
  double deviationRatio() {
    return energies.deviation() / expectedDeviation();
  }

  /** The energy that a share of white noise lies above. */
  double expectedFromAbove(double share) {
    return share < 0.5
        ? chiSquare.inverseSurvivalProbability(share) / channels
        : chiSquare.inverseCumulativeProbability(1 - share) / channels;
  }

  /** About the largest of so much white noise. */
  double expectedLargest() {
    return expectedFromAbove(0.5 / energies.count());
  }

  /** Correlation of energies side by side, 0 of white noise; NaN of one position or image. */
  double neighbours() {
    return positions.varies() ? positions.correlations()[0] : Double.NaN;
  }

  /** Measured quantiles over those of white noise, as far into both tails as there are data. */
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

  /** Whether mean and deviation are those of chi-square, but for a tenth and for chance. */
  boolean isChiSquare() {
    double n = energies.count();
    double meanError = Math.sqrt(2.0 / channels / n);
    double deviationError = Math.sqrt((2 + 12.0 / channels) / n) / 2;
    return near(energies.mean(), 1, meanError) && near(deviationRatio(), 1, deviationError);
  }

  /** Whether neighbours do not hang together, but for a tenth and for chance; so if unknown. */
  boolean isIndependent() {
    double n = energies.count();
    return Double.isNaN(neighbours()) || near(neighbours(), 0, 1 / Math.sqrt(n));
  }

  private static boolean near(double value, double expected, double standardError) {
    return Math.abs(value - expected) <= Math.max(TOLERANCE, CHANCE * standardError);
  }
}
