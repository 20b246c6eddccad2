package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.FalseAlarmRate;
import picocli.CommandLine.Option;

/** The false-alarm rate that a threshold shall keep. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class CalibrationOptions {
  @Option(
      names = "--false-alarm-rate",
      paramLabel = "X",
      description =
          "Share of good images that may be taken for defective; sets the threshold (default: 0.05).")
  private Double rate;

  @Option(
      names = "--confidence",
      paramLabel = "X",
      description =
          "Keep the rate with this probability over the choice of the good images, 0.95 for instance (default: on average).")
  private Double confidence;

  /**
   * @throws IllegalArgumentException naming what is out of its bounds
   */
  FalseAlarmRate rate() {
    return rate == null && confidence == null
        ? CalibrationPlan.USUAL_RATE
        : new FalseAlarmRate(rate == null ? CalibrationPlan.USUAL_RATE.rate() : rate, confidence);
  }

  /** Whether a rate was asked for. */
  boolean asked() {
    return rate != null || confidence != null;
  }
}
