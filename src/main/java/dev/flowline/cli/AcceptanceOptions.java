package dev.flowline.cli;

import dev.flowline.acceptance.Requested;
import picocli.CommandLine.Option;

/** The rates that an acceptance is to show, and how surely. */
final class AcceptanceOptions {
  @Option(
      names = "--largest-miss-rate",
      paramLabel = "X",
      defaultValue = "0.02",
      description = "Largest share of defective parts that may be missed (default: 0.02).")
  private double missRate;

  @Option(
      names = "--largest-false-alarm-rate",
      paramLabel = "X",
      defaultValue = "0.05",
      description = "Largest share of good parts that may raise a false alarm (default: 0.05).")
  private double falseAlarmRate;

  @Option(
      names = "--bound-confidence",
      paramLabel = "X",
      defaultValue = "0.95",
      description =
          "Confidence of all intervals and bounds, and of the planned numbers of parts (default: 0.95).")
  private double confidence;

  /** Returns what the user gave, or the usual ones. */
  Requested rates() {
    return new Requested(missRate, falseAlarmRate, confidence);
  }
}
