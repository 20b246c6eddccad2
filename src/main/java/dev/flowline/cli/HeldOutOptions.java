package dev.flowline.cli;

import picocli.CommandLine.Option;

/** The shares of the good training images that a training holds out. */
@HelpGroup.In(HelpGroup.TRAINING)
final class HeldOutOptions {
  private static final String SHARE = "0.15";

  @Option(
      names = "--validation",
      paramLabel = "X",
      defaultValue = SHARE,
      description =
          "Share of the good training images that is held out to choose the epoch and to measure the region law; 0 for none (default: ${DEFAULT-VALUE}).")
  private double validation;

  @Option(
      names = "--calibration",
      paramLabel = "X",
      defaultValue = SHARE,
      description =
          "Share of the good training images that is held out to set the threshold; 0 for none (default: ${DEFAULT-VALUE}).")
  private double calibration;

  double validation() {
    return validation;
  }

  double calibration() {
    return calibration;
  }
}
