package dev.flowline.line;

/** What is decided of a part. */
public enum Verdict {
  /** Nothing falls below log10Epsilon. */
  GOOD,
  /** At least one region does. */
  DEFECT
}
