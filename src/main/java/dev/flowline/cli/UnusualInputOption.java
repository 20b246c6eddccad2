package dev.flowline.cli;

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

  /** Returns whether the user wants another verdict for them. */
  boolean changesVerdicts() {
    return rule == UnusualInput.NOT_INSPECTED;
  }

  /** Returns the rule that the user gave, or the usual one. */
  UnusualInput rule() {
    return rule == null ? UnusualInput.REPORT : rule;
  }
}
