package dev.flowline.cli;

import dev.flowline.drift.Drift;
import dev.flowline.io.OneLine;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The text of the state of drift, for who runs the line. */
final class DriftInWords {
  private DriftInWords() {}

  /**
   * Returns the text.
   *
   * @param good the images of the good parts seen, in their order
   */
  static String of(Drift drift, List<Path> good) {
    if (drift.parts() == 0) {
      return "no good part was inspected: nothing is known about drift";
    }
    if (!drift.detected()) {
      return String.format(
          Locale.ROOT,
          "no drift in %d good parts (evidence %.2g; drift is detected at 1)",
          drift.parts(),
          drift.evidence());
    }
    return String.format(
        Locale.ROOT,
        "DRIFT: good parts have changed since about image %s (noticed at %s). Check light, focus and lens; if the change is wanted, run 'flowline calibrate'. Detail: %s is %s: %.4g since good part %d, %.4g at the calibration",
        OneLine.of(at(drift.changeAtPart(), good).toString()),
        OneLine.of(at(drift.detectedAtPart(), good).toString()),
        drift.statistic(),
        drift.direction().name().toLowerCase(Locale.ROOT),
        drift.meanSinceChange(),
        drift.changeAtPart(),
        drift.meanAtCalibration());
  }

  /**
   * Returns what a user must know about what is watched, in one line; empty if it is the latents.
   */
  static Optional<String> note(Drift drift) {
    return drift.watched() == Drift.Watched.INPUT
        ? Optional.of(
            "note: drift is watched by statistics of the input only: this model is cross-fitted; 'flowline calibrate' with good images of the line makes one, without kept folds, whose latents are watched as well")
        : Optional.empty();
  }

  /** Returns the image of a good part, numbered from 1; null for null. */
  static Path at(Long part, List<Path> good) {
    return part == null ? null : good.get(part.intValue() - 1);
  }
}
