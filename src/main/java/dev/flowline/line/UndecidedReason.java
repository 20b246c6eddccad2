package dev.flowline.line;

import dev.flowline.calibration.CalibratedGuardBand;

/** The reason why a part is {@link Verdict#UNDECIDED}. */
public enum UndecidedReason {
  /** The statistic is nearer to the threshold than it repeats on one part. */
  REPEATABILITY,
  /** The same, where repeats were made from one image of each part and not taken. */
  SYNTHETIC_REPEATABILITY,
  /** The statistic is between the threshold of the rejects and that of the review rate. */
  REVIEW_RATE,
  /** Nothing was decided by the part's deadline. Such a part has no statistic. */
  DEADLINE;

  /** Returns the reason of a part in a guard band. */
  public static UndecidedReason of(CalibratedGuardBand band) {
    if (band.reviewRate() != null) {
      return REVIEW_RATE;
    }
    return band.isSynthetic() ? SYNTHETIC_REPEATABILITY : REPEATABILITY;
  }

  /** Returns the reason in words, to follow UNDECIDED. */
  public String inWords() {
    return switch (this) {
      case REPEATABILITY -> "within repeatability of the threshold";
      case SYNTHETIC_REPEATABILITY -> "within synthetic repeatability of the threshold";
      case REVIEW_RATE -> "by the review rate";
      case DEADLINE -> "its deadline passed";
    };
  }
}
