package dev.flowline.cli;

/** The ways in which good images calibrate the test of a model that is trained. */
enum CalibrationBy {
  /** Shares of the images are held out once. */
  SPLIT,
  /** All images take turns to be held out. */
  CROSS_FITTING
}
