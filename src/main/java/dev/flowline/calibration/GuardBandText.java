package dev.flowline.calibration;

import dev.flowline.page.Numbers;
import java.util.Optional;

/** The text of guard bands: how wide they are, and where they come from. */
public final class GuardBandText {
  private static final double FEW_DEGREES_OF_FREEDOM = 10;

  private GuardBandText() {}

  /**
   * Returns when a part is undecided, and why so.
   *
   * @param calibration by whose images a review rate is kept; null only with repeatability
   */
  public static String of(CalibratedGuardBand band, double log10Epsilon, Calibration calibration) {
    return "UNDECIDED from %s to below %s: %s"
        .formatted(
            Numbers.fixed(band.band().defectBelow(log10Epsilon), 2),
            Numbers.fixed(band.band().goodFrom(log10Epsilon), 2),
            band.repeatability() == null
                ? review(band.reviewRate(), calibration.isGuaranteed())
                : repeatability(band.repeatability(), band.above()));
  }

  private static String review(ReviewRate rate, boolean guaranteed) {
    String share = Numbers.percent(rate.guaranteed());
    String confidence = rate.confidence() == null ? "" : ", with confidence " + rate.confidence();
    return guaranteed
        ? "at most %s of good images are not judged GOOD%s".formatted(share, confidence)
        : "about %s of good images are expected not to be judged GOOD%s%s"
            .formatted(share, confidence.isEmpty() ? "" : ", or fewer", confidence);
  }

  private static String repeatability(MeasuredRepeatability measured, double width) {
    return "%s around log10Epsilon, from %srepeats of %s (%s images): standard deviation %s, confidence %s"
        .formatted(
            Numbers.fixed(width, 2),
            measured.synthetic() ? "synthetic " : "",
            Numbers.count(measured.parts(), "part"),
            measured.images(),
            Numbers.brief(measured.standardDeviation()),
            measured.confidence());
  }

  /** Returns what a user must know who relies on the band; empty for nothing. */
  public static Optional<String> warning(CalibratedGuardBand band) {
    MeasuredRepeatability measured = band.repeatability();
    if (measured == null) {
      return Optional.empty();
    }
    if (measured.nearest() > band.above()) {
      return Optional.of(
          "no repeated part is near the threshold: the nearest is %s from it, and the guard band is %s. What repeats there is not known: add parts that are hard to decide"
              .formatted(Numbers.brief(measured.nearest()), Numbers.brief(band.above())));
    }
    if (measured.degreesOfFreedom() < FEW_DEGREES_OF_FREEDOM) {
      return Optional.of(
          "the guard band rests on %s images of %s, and is wide for that: repeat more parts, or each more often"
              .formatted(measured.images(), Numbers.count(measured.parts(), "part")));
    }
    return Optional.empty();
  }
}
