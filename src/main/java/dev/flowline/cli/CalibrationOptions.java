package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.FalseAlarmRate;
import picocli.CommandLine.Option;

/** The false-alarm rate that the threshold keeps. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class CalibrationOptions {
  @Option(
      names = "--false-alarm-rate",
      paramLabel = "X",
      description =
          "Share of good images that may raise a false alarm; it sets the threshold (default: 0.05).")
  private Double rate;

  @Option(
      names = "--confidence",
      paramLabel = "X",
      description =
          "Probability with which the threshold keeps that rate, such as 0.95 (default: it keeps the rate on average).")
  private Double confidence;

  /**
   * Returns the rate that the user gave, or the usual one.
   *
   * @throws IllegalArgumentException naming what is out of its bounds
   */
  FalseAlarmRate rate() {
    return rate == null && confidence == null
        ? CalibrationPlan.USUAL_RATE
        : new FalseAlarmRate(rate == null ? CalibrationPlan.USUAL_RATE.rate() : rate, confidence);
  }

  /** Returns whether the user gave a rate. */
  boolean hasRate() {
    return rate != null;
  }

  /** Returns whether the user gave a rate or a confidence. */
  boolean given() {
    return rate != null || confidence != null;
  }
}
