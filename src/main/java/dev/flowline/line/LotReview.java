package dev.flowline.line;

import org.apache.commons.statistics.distribution.HypergeometricDistribution;

/**
 * The review of a lot's rejects: a person looks at some of them, drawn at random, and so shows how
 * many of all rejects are defective at least. The bound is exact for a finite number of rejects
 * (the one-sided limit of Clopper and Pearson 1934, with the hypergeometric distribution), and
 * assumes nothing about the model.
 *
 * @param rejects all of them
 * @param lookedAt how many of them, drawn at random
 * @param defective how many of those are defective
 * @param defectiveAtLeast how many of all rejects then are
 * @param confidence with which they are
 */
public record LotReview(
    int rejects, int lookedAt, int defective, int defectiveAtLeast, double confidence) {
  /** The share of the rejects that a review is to show to be defective, if no other is asked. */
  static final double USUAL_SHARE = 0.9;

  private static final double CONFIDENCE = 0.95;
  private static final double ROUNDING = 1e-9; // of share · rejects

  /**
   * Returns what a review shows.
   *
   * @param rejects at least 1
   * @param lookedAt 0 to rejects
   * @param defective 0 to lookedAt
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public static LotReview of(int rejects, int lookedAt, int defective) {
    if (rejects < 1 || lookedAt < 0 || lookedAt > rejects) {
      throw new IllegalArgumentException(
          "rejects must be at least 1 and lookedAt 0 to rejects, got %s and %s"
              .formatted(rejects, lookedAt));
    }
    if (defective < 0 || defective > lookedAt) {
      throw new IllegalArgumentException(
          "defective must be 0 to lookedAt = %s, got %s".formatted(lookedAt, defective));
    }
    int impossible = defective - 1; // as many defective rejects would be too few
    int possible = rejects - (lookedAt - defective);
    while (possible - impossible > 1) {
      int middle = (possible + impossible) >>> 1;
      boolean plausible =
          HypergeometricDistribution.of(rejects, middle, lookedAt)
                  .survivalProbability(defective - 1)
              > 1 - CONFIDENCE;
      if (plausible) {
        possible = middle;
      } else {
        impossible = middle;
      }
    }
    return new LotReview(rejects, lookedAt, defective, possible, CONFIDENCE);
  }

  /**
   * Returns the smallest review that shows that at least a share of the rejects is defective, if
   * all that are looked at are.
   *
   * @param rejects at least 1
   * @param share in (0, 1]
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public static LotReview showing(int rejects, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be in (0, 1], got " + share);
    }
    int wanted = (int) Math.ceil(share * rejects - ROUNDING);
    int tooFew = 0;
    int enough = rejects;
    while (enough - tooFew > 1) {
      int middle = (enough + tooFew) >>> 1;
      if (of(rejects, middle, middle).defectiveAtLeast() >= wanted) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return of(rejects, enough, enough);
  }
}
