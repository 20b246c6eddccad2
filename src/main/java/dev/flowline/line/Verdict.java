package dev.flowline.line;

/** The verdict on a part. */
public enum Verdict {
  /** The verdict if no region is below log10Epsilon. */
  GOOD,
  /** The verdict if at least one region is below log10Epsilon. */
  DEFECT,
  /**
   * The verdict if nothing is known about the part: no position lies in the field of view, or the
   * input is out of the range of the calibration images and {@link UnusualInput#NOT_INSPECTED} was
   * requested. It is no {@link #DEFECT}, because no region shows one, and must not pass as {@link
   * #GOOD}.
   */
  NOT_INSPECTED
}
