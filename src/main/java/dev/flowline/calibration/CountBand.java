package dev.flowline.calibration;

/**
 * The 95 % band of the number of n new images that alarm: a count outside contradicts the share.
 *
 * @param low at least 0
 * @param high at most n
 */
public record CountBand(int low, int high) {
  private static final double TAIL = 0.025;

  /**
   * Returns the band of a share that is known; the count is binomial.
   *
   * @param share in [0, 1]
   * @param images n, at least 1
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public static CountBand of(double share, int images) {
    return of(share, images, Double.POSITIVE_INFINITY);
  }

  /**
   * Returns the band of a share that was itself estimated from images. If the threshold is the j-th
   * of m values, the share beyond it has the distribution Beta(j, m + 1 − j) (Wilks 1941), and the
   * count is beta-binomial.
   *
   * @param share the guaranteed one, in [0, 1], usually j/(m + 1)
   * @param images n, at least 1
   * @param estimatedFrom m; infinite if the share is known
   * @throws IllegalArgumentException if share or images is out of its bounds
   */
  public static CountBand of(double share, int images, double estimatedFrom) {
    if (!(share >= 0 && share <= 1) || images < 1) {
      throw new IllegalArgumentException(
          "share must be in [0, 1] and images at least 1, got %s and %s".formatted(share, images));
    }
    if (share == 0 || share == 1) {
      return new CountBand(share == 0 ? 0 : images, share == 0 ? 0 : images);
    }
    double[] probabilities = probabilities(share, images, estimatedFrom);
    return new CountBand(first(probabilities, TAIL), first(probabilities, 1 - TAIL));
  }

  /** Returns the least count whose cumulative probability is at least that. */
  private static int first(double[] probabilities, double atLeast) {
    double sum = probabilities[0];
    int k = 0;
    while (sum < atLeast && k < probabilities.length - 1) {
      sum += probabilities[++k];
    }
    return k;
  }

  /**
   * Returns the probability of each count from 0 to n, computed by the ratio of neighbouring terms
   * in logarithms.
   */
  private static double[] probabilities(double share, int images, double estimatedFrom) {
    boolean known = Double.isInfinite(estimatedFrom);
    double a = known ? 0 : share * (estimatedFrom + 1);
    double b = known ? 0 : (1 - share) * (estimatedFrom + 1);
    double[] terms = new double[images + 1];
    double highest = 0;
    for (int k = 0; k < images; k++) {
      double odds = known ? share / (1 - share) : (a + k) / (b + images - k - 1);
      terms[k + 1] = terms[k] + Math.log((images - k) / (k + 1.0) * odds);
      highest = Math.max(highest, terms[k + 1]);
    }
    double sum = 0;
    for (int k = 0; k <= images; k++) {
      terms[k] = Math.exp(terms[k] - highest);
      sum += terms[k];
    }
    for (int k = 0; k <= images; k++) {
      terms[k] /= sum;
    }
    return terms;
  }
}
