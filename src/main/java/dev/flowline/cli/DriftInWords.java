package dev.flowline.cli;

import dev.flowline.drift.Drift;
import java.util.Locale;

/** The text of the state of drift. */
final class DriftInWords {
  private DriftInWords() {}

  static String of(Drift drift) {
    if (!drift.detected()) {
      return String.format(
          Locale.ROOT,
          "no drift in %d good parts (evidence %.2g; drift is detected at 1)",
          drift.parts(),
          drift.evidence());
    }
    return String.format(
        Locale.ROOT,
        "drift detected at good part %d, most likely since good part %d: %s is %s, with a mean of %.4g since then and %.4g at the calibration",
        drift.detectedAtPart(),
        drift.changeAtPart(),
        drift.statistic(),
        drift.direction().name().toLowerCase(Locale.ROOT),
        drift.meanSinceChange(),
        drift.meanAtCalibration());
  }
}
