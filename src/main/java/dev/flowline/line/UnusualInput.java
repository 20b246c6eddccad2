package dev.flowline.line;

/** What becomes of an image whose input is out of the range of the calibration images. */
public enum UnusualInput {
  /** The inspection reports it and keeps the verdict of the test. */
  REPORT,
  /** The verdict is {@link Verdict#NOT_INSPECTED}, whatever the test says. */
  NOT_INSPECTED
}
