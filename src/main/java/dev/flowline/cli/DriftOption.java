package dev.flowline.cli;

import picocli.CommandLine.Option;

/** How rarely drift may be reported if there is none. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class DriftOption {
  private static final double USUAL = 1000;

  @Option(
      names = "--average-run-length",
      paramLabel = "N",
      description = "Parts per false alarm of drift, on average at least (default: 1000).")
  private Double averageRunLength;

  /** Whether it was asked for. */
  boolean asked() {
    return averageRunLength != null;
  }

  double averageRunLength() {
    return asked() ? averageRunLength : USUAL;
  }
}
