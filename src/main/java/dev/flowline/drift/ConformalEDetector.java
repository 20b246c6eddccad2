package dev.flowline.drift;

/**
 * A conformal e-detector of one direction: it accumulates evidence that parts now rank higher, or
 * lower, among the n values of the calibration than earlier parts did.
 *
 * <p>The rank of a part is the number of the n values that are below its value. While nothing has
 * changed, the t-th part takes each of the n + t slots between all earlier values with the same
 * probability, whatever their order: a rank that k parts have taken is taken next with probability
 * (k + 1)/(n + t), as in Pólya's urn. So the weight of a rank divided by its mean under these
 * probabilities is an e-value: its mean is 1, whatever came before. The mean weight is taken over
 * one value at every rank and all earlier parts.
 *
 * <p>E-values accumulate by the Shiryaev–Roberts recursion R ← (1 + R)·e (Shiryaev 1963, Roberts
 * 1966; conformal test martingales: Vovk et al. 2021): a change may begin with every part. R − t is
 * a martingale.
 */
final class ConformalEDetector {
  private final Drift.Direction direction;
  private final double[] weights; // by the number of values that lie beyond the rank
  private double sumOfWeights;
  private long ranks; // number of terms of the sum
  private double shiryaevRoberts;

  // A change most likely began where the log of the product of e-values since then is largest
  // (CUSUM, Page 1954).
  private double cusum;
  private long parts;
  private long since = 1;
  private double sumSince;

  /**
   * Makes a detector.
   *
   * @param reference n
   * @param exponent b of the weights 1/(1 + values beyond)^b: small for faint changes, large for
   *     changes that bring every part beyond all of the calibration
   */
  ConformalEDetector(Drift.Direction direction, int reference, double exponent) {
    this.direction = direction;
    weights = new double[reference + 1];
    for (int beyond = 0; beyond <= reference; beyond++) {
      weights[beyond] = Math.pow(1 + beyond, -exponent);
      sumOfWeights += weights[beyond];
    }
    ranks = reference + 1;
  }

  /** Returns the e-value of a rank for the next part. */
  double eValue(int rank) {
    return weight(rank) * ranks / sumOfWeights;
  }

  private double weight(int rank) {
    return weights[direction == Drift.Direction.LOWER ? rank : weights.length - 1 - rank];
  }

  /**
   * Adds a part.
   *
   * @param value of the part, which has the rank
   */
  void take(int rank, double value) {
    double eValue = eValue(rank);
    shiryaevRoberts = (1 + shiryaevRoberts) * eValue;
    sumOfWeights += weight(rank);
    ranks++;
    parts++;
    if (cusum <= 0) {
      cusum = 0;
      since = parts;
      sumSince = 0;
    }
    cusum += Math.log(eValue);
    sumSince += value;
  }

  Drift.Direction direction() {
    return direction;
  }

  /** Returns R, the evidence of a change. */
  double shiryaevRoberts() {
    return shiryaevRoberts;
  }

  /** Returns the part with which a change most likely began, counted from 1. */
  long since() {
    return since;
  }

  /** Returns the mean of the values from that part on; NaN before the first part. */
  double meanSince() {
    return sumSince / (parts - since + 1);
  }
}
