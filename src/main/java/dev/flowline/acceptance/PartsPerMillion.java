package dev.flowline.acceptance;

/**
 * A rate of wrong decisions in parts per million, with a bound that holds for one decision about a
 * new part. Trials of one part are alike: the bound counts each part once, as wrong if it was wrong
 * in any trial.
 *
 * @param wrongParts parts that were wrong at least once
 * @param parts of that kind
 * @param ppm the rate over all decisions
 * @param atMost one-sided upper bound (Clopper and Pearson), from the parts
 */
public record PartsPerMillion(int wrongParts, int parts, double ppm, double atMost) {
  /** One million. */
  static final double MILLION = 1e6;

  /**
   * Returns the rate.
   *
   * @param decisions that are wrong, of all decisions about parts of that kind
   * @param parts that were wrong at least once
   */
  static PartsPerMillion of(Proportion decisions, Proportion parts) {
    return new PartsPerMillion(
        parts.count(), parts.of(), MILLION * decisions.rate(), MILLION * parts.atMost());
  }

  /** Returns whether the bound shows that the rate is at most the requested one. */
  boolean shows(double rate) {
    return atMost <= MILLION * rate;
  }
}
