package dev.flowline.cli;

import picocli.CommandLine.Option;

/** The shares of the good training images that a training holds out. */
@HelpGroup.In(HelpGroup.TRAINING)
final class HeldOutOptions {
  private static final double SHARE = 0.15;

  @Option(
      names = "--validation",
      paramLabel = "X",
      description =
          "Share of the good training images that is held out to choose the epoch and to measure the region law; 0 for none (default: 0.15).")
  private Double validation;

  @Option(
      names = "--calibration",
      paramLabel = "X",
      description =
          "Share of the good training images that is held out to set the threshold; 0 for none (default: 0.15).")
  private Double calibration;

  /** Returns whether the user gave any of them. */
  boolean given() {
    return validation != null || calibration != null;
  }

  double validation() {
    return validation == null ? SHARE : validation;
  }

  double calibration() {
    return calibration == null ? SHARE : calibration;
  }
}
