package dev.flowline.cli;

import dev.flowline.drift.Drift;
import java.util.Locale;

/** The state of drift, for people. */
final class DriftInWords {
  private DriftInWords() {}

  static String of(Drift drift) {
    if (!drift.detected()) {
      return String.format(
          Locale.ROOT,
          "no drift in %d parts judged good (evidence %.2g of 1)",
          drift.parts(),
          drift.evidence());
    }
    return String.format(
        Locale.ROOT,
        "drift detected at good part %d, most likely since part %d: %s is %s, %.4g since then, %.4g at the calibration",
        drift.detectedAtPart(),
        drift.changeAtPart(),
        drift.statistic(),
        drift.direction().name().toLowerCase(Locale.ROOT),
        drift.meanSinceChange(),
        drift.meanAtCalibration());
  }
}
