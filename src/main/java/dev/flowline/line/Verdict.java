package dev.flowline.line;

/** The verdict on a part. */
public enum Verdict {
  /** The verdict if no region is below log10Epsilon. */
  GOOD,
  /** The verdict if at least one region is below log10Epsilon. */
  DEFECT
}
