package dev.flowline.cli;

import picocli.CommandLine.Option;

/** The options that say how rarely drift may be reported if there is none, and what it ends in. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class DriftOption {
  private static final double USUAL = 1000;

  @Option(
      names = "--average-run-length",
      paramLabel = "N",
      description = "Good parts per false report of drift, on average at least (default: 1000).")
  private Double averageRunLength;

  @Option(names = "--fail-on-drift", description = "Exit with 4 if drift is detected.")
  private boolean fails;

  /** Returns the option with which the user wants drift to be watched; null for none. */
  String given() {
    return averageRunLength != null ? "--average-run-length" : fails ? "--fail-on-drift" : null;
  }

  /** Returns whether drift ends the command with an exit code of its own. */
  boolean fails() {
    return fails;
  }

  /** Returns the number that the user gave, or the usual one. */
  double averageRunLength() {
    return averageRunLength != null ? averageRunLength : USUAL;
  }
}
