package dev.flowline.line;

/** What an {@link InspectionLine} does with a frame while it has as many parts as it may have. */
public enum WhenFull {
  /** The source waits until there is room. */
  BLOCK,
  /** The frame is refused at once: {@link Admission#FULL}. */
  REFUSE
}
