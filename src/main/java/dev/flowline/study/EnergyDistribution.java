package dev.flowline.study;

/**
 * The distribution of any number of energies, in constant memory: bins of equal ratio count them,
 * so that a quantile is exact to 0.2 %. Mean, deviation and the largest value are exact.
 */
final class EnergyDistribution {
  private static final double LOWEST = 1e-6; // what is smaller counts as that
  private static final double HIGHEST = 1e9; // what is larger, too
  private static final double RATIO = 1.002;
  private static final double LOG_RATIO = Math.log(RATIO);

  private final long[] counts =
      new long[(int) Math.ceil(Math.log(HIGHEST / LOWEST) / LOG_RATIO) + 1];
  private long count;
  private double mean;
  private double squares; // sum of squared differences from the mean
  private double largest = Double.NEGATIVE_INFINITY;

  void add(float[] energies) {
    for (float energy : energies) {
      counts[bin(energy)]++;
      count++;
      double difference = energy - mean;
      mean += difference / count;
      squares += difference * (energy - mean);
      largest = Math.max(largest, energy);
    }
  }

  private static int bin(double energy) {
    double within = Math.min(Math.max(energy, LOWEST), HIGHEST);
    return (int) Math.floor(Math.log(within / LOWEST) / LOG_RATIO);
  }

  long count() {
    return count;
  }

  /** Returns the mean, NaN if there are no energies. */
  double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Returns the standard deviation, NaN if there are no energies. */
  double deviation() {
    return Math.sqrt(squares / count);
  }

  double largest() {
    return largest;
  }

  /**
   * Returns the energy that a share of all energies exceeds.
   *
   * @param share in (0, 1)
   */
  double quantileFromAbove(double share) {
    double left = share * count;
    int bin = counts.length - 1;
    while (bin > 0 && left >= counts[bin]) {
      left -= counts[bin--];
    }
    double within = counts[bin] == 0 ? 0 : left / counts[bin]; // from the bin's upper end
    return LOWEST * Math.exp((bin + 1 - within) * LOG_RATIO);
  }

  /** Returns the share of energies above a value, to the width of a bin. */
  double shareAbove(double energy) {
    long above = 0;
    for (int bin = bin(energy) + 1; bin < counts.length; bin++) {
      above += counts[bin];
    }
    return (double) above / count;
  }
}
