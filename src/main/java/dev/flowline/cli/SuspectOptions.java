package dev.flowline.cli;

import dev.flowline.calibration.SuspectRule;
import picocli.CommandLine.Option;

/** The options on good training images that look defective. */
@HelpGroup.In(HelpGroup.TRAINING)
final class SuspectOptions {
  @Option(
      names = "--exclude-suspects",
      description =
          "Train without the training images that look defective to models that did not see them.")
  private boolean exclude;

  @Option(
      names = "--contamination",
      paramLabel = "X",
      description =
          "Share of the training images that is defective, at least 0 and below 0.5: train without that many of them, the most suspicious.")
  private Double contamination;

  /** Returns whether the model is trained without the suspects. */
  boolean leaveOut() {
    return exclude || contamination != null;
  }

  /**
   * Returns which images are suspects.
   *
   * @throws IllegalArgumentException if the user gave both options, or a share out of its bounds
   */
  SuspectRule rule() {
    if (exclude && contamination != null) {
      throw new IllegalArgumentException(
          "--exclude-suspects finds out how many training images look defective, --contamination says it: give one of them");
    }
    if (contamination != null && !(contamination >= 0 && contamination < 0.5)) {
      throw new IllegalArgumentException(
          "--contamination must be at least 0 and below 0.5, got %s: of more defective images than good ones a model learns that defects are good; sort them by hand first"
              .formatted(contamination));
    }
    return new SuspectRule(contamination);
  }

  /** Returns the option in effect, for the record of the training. */
  String inEffect() {
    return contamination == null ? "exclude-suspects" : "contamination";
  }

  /** Returns the value of that option. */
  String value() {
    return contamination == null ? "true" : contamination.toString();
  }
}
