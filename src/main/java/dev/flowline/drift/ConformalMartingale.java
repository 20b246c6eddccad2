package dev.flowline.drift;

/**
 * A running bet that parts now come higher, or lower, among the n values of the calibration than
 * parts did before.
 *
 * <p>A part's place is how many of the n lie below it. While nothing has changed, the t-th part
 * takes each of the n + t slots between all values before it with the same probability, whatever
 * their order: a place that k parts have taken is taken next with probability (k + 1)/(n + t), as
 * from Pólya's urn. So a weight of the place, over its mean under these probabilities, is a payoff
 * of 1 on average, whatever came before; and that mean is the one over a value at every place and
 * all parts before.
 *
 * <p>Winnings accumulate as R ← (1 + R)·payoff (Shiryaev 1963, Roberts 1966): a new stake of 1 with
 * every part, as the change may begin with it. R − t is a martingale.
 */
final class ConformalMartingale {
  private final Drift.Direction direction;
  private final double[] weights; // by the number of values that lie beyond the place
  private double sumOfWeights;
  private long places; // that the sum is over
  private double winnings;

  // The likeliest beginning of a change is where the log of the payoffs since is largest (Page
  // 1954).
  private double logPaid;
  private long parts;
  private long since = 1;
  private double sumSince;

  /**
   * @param reference n
   * @param boldness b of the weights 1/(1 + values beyond)^b
   */
  ConformalMartingale(Drift.Direction direction, int reference, double boldness) {
    this.direction = direction;
    weights = new double[reference + 1];
    for (int beyond = 0; beyond <= reference; beyond++) {
      weights[beyond] = Math.pow(1 + beyond, -boldness);
      sumOfWeights += weights[beyond];
    }
    places = reference + 1;
  }

  /** What a part at that place would pay. */
  double payoff(int place) {
    return weight(place) * places / sumOfWeights;
  }

  private double weight(int place) {
    return weights[direction == Drift.Direction.LOWER ? place : weights.length - 1 - place];
  }

  /**
   * Takes a part.
   *
   * @param value for which it has that place
   */
  void take(int place, double value) {
    double payoff = payoff(place);
    winnings = (1 + winnings) * payoff;
    sumOfWeights += weight(place);
    places++;
    parts++;
    if (logPaid <= 0) {
      logPaid = 0;
      since = parts;
      sumSince = 0;
    }
    logPaid += Math.log(payoff);
    sumSince += value;
  }

  Drift.Direction direction() {
    return direction;
  }

  /** R. */
  double winnings() {
    return winnings;
  }

  /** The part with which a change most likely began, counted from 1. */
  long since() {
    return since;
  }

  /** Of the values since then; NaN before the first part. */
  double meanSince() {
    return sumSince / (parts - since + 1);
  }
}
