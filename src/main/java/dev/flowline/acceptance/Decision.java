package dev.flowline.acceptance;

import dev.flowline.line.Verdict;

/** What an appraiser decides about a part in one trial. */
public enum Decision {
  GOOD,
  DEFECT,
  /**
   * Neither of both: the model's verdict is not GOOD and not DEFECT, such as NOT_INSPECTED, or a
   * person could not decide. It is never right, no miss and no false alarm: it is counted apart.
   */
  UNDECIDED;

  /** Returns the decision that a verdict is. */
  public static Decision of(Verdict verdict) {
    return switch (verdict) {
      case GOOD -> GOOD;
      case DEFECT -> DEFECT;
      default -> UNDECIDED;
    };
  }

  /** Returns the right decision about a part. */
  static Decision right(boolean defective) {
    return defective ? DEFECT : GOOD;
  }
}
