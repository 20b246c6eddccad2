package dev.flowline.cli;

import picocli.CommandLine.Option;

/** The option {@code --fair} of the commands that evaluate models. */
@HelpGroup.In(HelpGroup.RESEARCH)
final class FairOption {
  @Option(
      names = "--fair",
      description =
          "Also inspect the training images, which takes longer, and report the mean IoU at the fair threshold of the anomaly map that they set.")
  private boolean fair;

  /** Returns whether the user gave it. */
  boolean given() {
    return fair;
  }
}
