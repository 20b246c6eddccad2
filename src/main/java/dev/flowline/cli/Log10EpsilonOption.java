package dev.flowline.cli;

import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Option;

/** A threshold set by hand: {@code --log10-epsilon}. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class Log10EpsilonOption {
  @Option(
      names = "--log10-epsilon",
      paramLabel = "X",
      description =
          "Threshold set by hand: an image with a log10NFA below X is defective. If the null hypothesis holds, there are at most 10^X false alarms per image (default: the model's).")
  private Double value;

  /** Returns the threshold that the user gave; null for none. */
  Double value() {
    return value;
  }

  /** Returns the test with the threshold that the user gave. */
  SegmentationOptions over(SegmentationOptions stored) {
    return value == null ? stored : stored.withLog10Epsilon(value);
  }
}
