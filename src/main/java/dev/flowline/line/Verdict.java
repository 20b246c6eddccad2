package dev.flowline.line;

/** The verdict on a part. */
public enum Verdict {
  /** The verdict if no region is below log10Epsilon, nor below the upper end of a guard band. */
  GOOD,
  /** The verdict if at least one region is below log10Epsilon, and below its guard band. */
  DEFECT,
  /**
   * The verdict if the most meaningful region is within the guard band of log10Epsilon: the part
   * has to be looked at, and must not pass as {@link #GOOD}. {@link UndecidedReason} says why. Only
   * models that were calibrated with a guard band have it, and parts on an {@link InspectionLine}
   * that nothing was decided about by their deadline.
   */
  UNDECIDED,
  /**
   * The verdict if nothing is known about the part: no position lies in the field of view, or the
   * input is out of the range of the calibration images and {@link UnusualInput#NOT_INSPECTED} was
   * requested. It is no {@link #DEFECT}, because no region shows one, and must not pass as {@link
   * #GOOD}.
   */
  NOT_INSPECTED,
  /**
   * The verdict if the inspection itself failed, because the frame could not be read or by a fault
   * of the engine: {@link Inspection#failure} says why. The part must not pass as {@link #GOOD}.
   * Only an {@link InspectionLine} has it; elsewhere a failure is an exception.
   */
  FAILED
}
