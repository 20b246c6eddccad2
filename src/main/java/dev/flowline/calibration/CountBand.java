package dev.flowline.calibration;

/**
 * How many of n new images may alarm without refuting a promised share, in 95 % of all cases.
 *
 * @param low at least 0
 * @param high at most n
 */
public record CountBand(int low, int high) {
  private static final double TAIL = 0.025;

  /** Of a share that is known: binomial. */
  public static CountBand of(double share, int images) {
    return of(share, images, Double.POSITIVE_INFINITY);
  }

  /**
   * Of a share that was itself estimated from images: where the j-th of m values is the threshold,
   * the share beyond is Beta(j, m + 1 − j) distributed (Wilks 1941) and the count beta-binomial.
   *
   * @param share promised, j/(m + 1), in [0, 1]; it need not be of that form
   * @param images n, at least 1
   * @param estimatedFrom m, infinite where the share is known
   */
  public static CountBand of(double share, int images, double estimatedFrom) {
    if (!(share >= 0 && share <= 1) || images < 1) {
      throw new IllegalArgumentException(
          "share must be in [0, 1] of at least 1 image, got %s of %d".formatted(share, images));
    }
    if (share == 0 || share == 1) {
      return new CountBand(share == 0 ? 0 : images, share == 0 ? 0 : images);
    }
    double[] probabilities = probabilities(share, images, estimatedFrom);
    return new CountBand(first(probabilities, TAIL), first(probabilities, 1 - TAIL));
  }

  /** The fewest that, with all below, have a probability of at least that. */
  private static int first(double[] probabilities, double atLeast) {
    double sum = probabilities[0];
    int k = 0;
    while (sum < atLeast && k < probabilities.length - 1) {
      sum += probabilities[++k];
    }
    return k;
  }

  /**
   * By the ratio of neighbouring terms, from 0 on, in logarithms until their sum is brought to 1.
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
