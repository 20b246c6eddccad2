package dev.flowline.cli;

import dev.flowline.line.Inspector;
import dev.flowline.line.UnusualInput;
import picocli.CommandLine.Option;

/** The option that says what becomes of images unlike the calibration images. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class UnusualInputOption {
  @Option(
      names = "--unusual-input",
      paramLabel = "RULE",
      description =
          "What becomes of an image unlike the calibration images, such as a black frame: REPORT it beside the verdict, or give it the verdict NOT_INSPECTED (default: REPORT).")
  private UnusualInput rule;

  /**
   * Requires that the model knows usual images, if the user wants another verdict for unusual ones.
   *
   * @throws IllegalArgumentException if it does not know them
   */
  void requireInputRange(Inspector inspector) {
    if (rule == UnusualInput.NOT_INSPECTED && inspector.inputRange().isEmpty()) {
      throw new IllegalArgumentException(
          "--unusual-input: the model does not know what usual images are: 'flowline calibrate' measures it");
    }
  }

  /** Returns the rule that the user gave, or the usual one. */
  UnusualInput rule() {
    return rule == null ? UnusualInput.REPORT : rule;
  }
}
