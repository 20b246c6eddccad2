package dev.flowline.cli;

import dev.flowline.calibration.FalseAlarmRate;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What makes a part UNDECIDED: repeatability near the threshold, or a second rate. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class GuardBandOptions {
  private static final double USUAL_CONFIDENCE = 0.95;

  @Option(
      names = "--repeats",
      paramLabel = "DIR",
      description =
          "Folder with a folder of images for each part that was taken several times; a part within their repeatability of the threshold is UNDECIDED (default: every part is decided).")
  private Path repeats;

  @Option(
      names = "--synthetic-repeats",
      paramLabel = "DIR",
      description =
          "The same with repeats made from images of one part each, good or not: camera noise, a shift of 1 pixel, 5 %% more or less light.")
  private Path synthetic;

  @Option(
      names = "--guard-confidence",
      paramLabel = "X",
      description =
          "Probability with which a part beyond the repeatability is on its side of the threshold (default: 0.95).")
  private Double confidence;

  @Option(
      names = "--reject-rate",
      paramLabel = "X",
      description =
          "Share of good images that may be DEFECT, beside --review-rate (default: that of --false-alarm-rate).")
  private Double rejectRate;

  @Option(
      names = "--review-rate",
      paramLabel = "X",
      description =
          "Share of good images that may be DEFECT or UNDECIDED: parts between the thresholds of both rates are UNDECIDED.")
  private Double reviewRate;

  /**
   * Refuses options that contradict each other.
   *
   * @param hasGood whether good images are named
   * @throws IllegalArgumentException naming the options and the way out
   */
  void require(boolean hasGood, CalibrationOptions falseAlarms) {
    int ways =
        (repeats == null ? 0 : 1) + (synthetic == null ? 0 : 1) + (reviewRate == null ? 0 : 1);
    if (!hasGood && ways == 0) {
      throw new IllegalArgumentException(
          "--good names the good images; calibrate does without them if --repeats, --synthetic-repeats or --review-rate is given");
    }
    if (ways > 1) {
      throw new IllegalArgumentException(
          "--repeats, --synthetic-repeats and --review-rate exclude each other: give one of them");
    }
    if (confidence != null && repeats == null && synthetic == null) {
      throw new IllegalArgumentException(
          "--guard-confidence goes with --repeats or --synthetic-repeats");
    }
    if (confidence != null && !(confidence >= 0.5 && confidence <= 0.999999)) {
      throw new IllegalArgumentException(
          "--guard-confidence must be 0.5 to 0.999999, got " + confidence);
    }
    if (rejectRate != null && reviewRate == null) {
      throw new IllegalArgumentException(
          "--reject-rate goes with --review-rate; alone it is --false-alarm-rate");
    }
    if (rejectRate != null && falseAlarms.hasRate()) {
      throw new IllegalArgumentException(
          "--reject-rate and --false-alarm-rate are the same: give one of them");
    }
    FalseAlarmRate rejecting = rejecting(falseAlarms); // which refuses what is no rate
    boolean known = hasGood || rejectRate != null || falseAlarms.hasRate(); // or it is the model's
    FalseAlarmRate review = review(rejecting);
    if (review != null && known && review.rate() <= rejecting.rate()) {
      throw new IllegalArgumentException(
          "--review-rate must be above the rate of rejects, %s, got %s: the parts between both thresholds are reviewed"
              .formatted(rejecting.rate(), reviewRate));
    }
  }

  /** Returns the requested rate of good images that are DEFECT. */
  FalseAlarmRate rejecting(CalibrationOptions falseAlarms) {
    FalseAlarmRate usual = falseAlarms.rate();
    return rejectRate == null ? usual : new FalseAlarmRate(rejectRate, usual.confidence());
  }

  /**
   * Returns the requested rate of good images that are not GOOD; null for none.
   *
   * @param rejecting the rate of rejects, whose confidence it has
   */
  FalseAlarmRate review(FalseAlarmRate rejecting) {
    return reviewRate == null ? null : new FalseAlarmRate(reviewRate, rejecting.confidence());
  }

  /** Returns the folder of repeats; null for none. */
  Path repeats() {
    return repeats;
  }

  /** Returns the folder of images that repeats are to be made of; null for none. */
  Path synthetic() {
    return synthetic;
  }

  /** Returns whether the rate of rejects was given by its own name. */
  boolean hasRejectRate() {
    return rejectRate != null;
  }

  /** Returns the confidence of a guard band by repeats. */
  double confidence() {
    return confidence == null ? USUAL_CONFIDENCE : confidence;
  }
}
