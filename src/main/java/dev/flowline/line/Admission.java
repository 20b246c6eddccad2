package dev.flowline.line;

/** The answer of an {@link InspectionLine} to a frame that is handed in. */
public enum Admission {
  /** The part is accepted: it will be answered exactly once. */
  ACCEPTED,
  /** Refused: there are as many parts as the line may have, and it does not wait. */
  FULL,
  /** Refused: the line is held, and does not wait. */
  HELD,
  /** Refused: the line stops or has stopped. */
  STOPPED
}
