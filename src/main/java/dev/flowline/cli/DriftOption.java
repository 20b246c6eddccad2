package dev.flowline.cli;

import picocli.CommandLine.Option;

/** How rarely drift may be told where there is none. */
final class DriftOption {
  @Option(
      names = "--average-run-length",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Parts until a false alarm of drift, on average at least (default: 1000).")
  private double averageRunLength;

  double averageRunLength() {
    return averageRunLength;
  }
}
