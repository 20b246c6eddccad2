package dev.flowline.calibration;

/**
 * The tail of the statistics of usual images: below the median, distances from it are exponential.
 * Their scale is estimated from the images between the median and a quantile; of those beyond it,
 * the strange ones among them, only their number counts (type II censoring). The probability is the
 * predictive one, which knows how few images the scale rests on.
 *
 * @param median of the statistic
 * @param scale of the distances below it
 * @param seen number of images from which the scale is estimated
 */
record UsualTail(double median, double scale, int seen) {
  /** The share of the images that are taken for usual. */
  private static final double USUAL = 0.8;

  /**
   * Estimates the tail.
   *
   * @param ascending the statistics, small ones strange; at least two
   */
  static UsualTail of(double[] ascending) {
    int below = ascending.length / 2;
    int strange = (int) Math.floor((1 - USUAL) * ascending.length);
    double median =
        ascending.length % 2 == 1
            ? ascending[below]
            : (ascending[below - 1] + ascending[below]) / 2;
    double sum = strange * (median - ascending[strange]);
    for (int image = strange; image < below; image++) {
      sum += median - ascending[image];
    }
    int seen = Math.max(1, below - strange);
    return new UsualTail(median, Math.max(sum / seen, Double.MIN_NORMAL), seen);
  }

  /**
   * Returns the probability with which a usual image has such a statistic, or a smaller one; 1 for
   * one that is not below the median.
   */
  double probability(double statistic) {
    double beyond = median - statistic;
    if (beyond <= 0) {
      return 1;
    }
    return 0.5 * Math.pow(1 + beyond / (scale * seen), -seen);
  }
}
