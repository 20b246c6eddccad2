package dev.flowline.cli;

import picocli.CommandLine.Option;

/** The option that says how rarely drift may be reported if there is none. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class DriftOption {
  private static final double USUAL = 1000;

  @Option(
      names = "--average-run-length",
      paramLabel = "N",
      description = "Good parts per false report of drift, on average at least (default: 1000).")
  private Double averageRunLength;

  /** Returns whether the user gave it. */
  boolean given() {
    return averageRunLength != null;
  }

  /** Returns the number that the user gave, or the usual one. */
  double averageRunLength() {
    return given() ? averageRunLength : USUAL;
  }
}
