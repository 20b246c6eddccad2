package dev.flowline.calibration;

import dev.flowline.page.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/**
 * The text of false-alarm rates: the requested rate, the rate that good images guarantee, and the
 * rate that was measured.
 */
public final class FalseAlarmText {
  private FalseAlarmText() {}

  /** Returns what the images of a calibration guarantee, and how many the request needs. */
  public static String of(Calibration calibration) {
    FalseAlarmRate requested = calibration.requested();
    String images =
        Numbers.count(calibration.goodImages(), "good image")
            + howUsed(calibration)
            + weighted(calibration)
            + ": ";
    if (calibration.isImplausible()) {
      return images
          + "no false-alarm rate is guaranteed, because the model takes them for defective";
    }
    String guarantee =
        images
            + guarantee(
                calibration.guaranteed(), requested.confidence(), calibration.isGuaranteed())
            + (calibration.keepsFolds()
                ? ", at most %s is proved".formatted(percent(calibration.proved().orElseThrow()))
                : "");
    return calibration.imagesMissing() == 0
        ? guarantee
        : guarantee
            + ", not the requested %s, which takes %s images"
                .formatted(percent(requested.rate()), requested.imagesNeeded());
  }

  private static String howUsed(Calibration calibration) {
    if (calibration.keepsFolds()) {
      return ", each compared by the kept model that had not seen it (CV+, %s folds)"
          .formatted(calibration.crossFitting().folds());
    }
    return calibration.crossFitting() == null
        ? " held out for it"
        : ", each judged by a model that had not seen it (%s folds)"
            .formatted(calibration.crossFitting().folds());
  }

  private static String weighted(Calibration calibration) {
    return calibration.mix() == null
        ? ""
        : ", weighted for a mix of %s, as good as %s of that mix"
            .formatted(calibration.mix().inWords(), Math.round(calibration.effectiveImages()));
  }

  /**
   * Returns what a user must know who relies on the threshold; empty if it guarantees the requested
   * rate.
   *
   * @param remedy what gives the calibration more images, such as "add good images"
   */
  public static Optional<String> warning(Calibration calibration, String remedy) {
    if (calibration.isImplausible()) {
      return Optional.of(
          "log10Epsilon is %s: the model takes the good images that set the threshold for defective ones, and will find almost no defect. Check that they show the same kind of part as the training images, and that none of them is black or blank"
              .formatted(Numbers.brief(calibration.log10Epsilon())));
    }
    if (calibration.imagesMissing() == 0) {
      return Optional.empty();
    }
    FalseAlarmRate requested = calibration.requested();
    return Optional.of(
        "only %s to set the threshold: a false-alarm rate of %s can be %s, not the requested %s. That takes %s; %s"
            .formatted(
                Numbers.count(calibration.goodImages(), "good image"),
                percent(calibration.guaranteed()),
                calibration.isGuaranteed() ? "guaranteed" : "expected",
                percent(requested.rate()),
                requested.imagesNeeded(),
                remedy));
  }

  /**
   * Returns a guaranteed rate.
   *
   * @param rate share of good images
   * @param confidence null if the guarantee holds on average
   */
  public static String guarantee(double rate, Double confidence) {
    return "at most %s of good images raise a false alarm".formatted(percent(rate))
        + (confidence == null ? "" : ", with confidence " + confidence);
  }

  /**
   * Returns a guaranteed rate, or one that is expected only.
   *
   * @param rate share of good images
   * @param confidence null if it holds on average
   * @param guaranteed see {@link Calibration#isGuaranteed}
   */
  public static String guarantee(double rate, Double confidence, boolean guaranteed) {
    return guaranteed
        ? guarantee(rate, confidence)
        : "about %s of good images are expected to raise a false alarm".formatted(percent(rate))
            + (confidence == null ? "" : ", or fewer, with confidence " + confidence);
  }

  /** Returns a guaranteed rate as a bound, or an expected one as a number that is about right. */
  public static String bound(double rate, boolean guaranteed) {
    return (guaranteed ? "≤ " : "≈ ") + Numbers.percent(rate);
  }

  /** Returns a requested rate. */
  public static String requested(FalseAlarmRate rate) {
    String average = Numbers.percent(rate.rate());
    return rate.confidence() == null ? average : average + ", confidence " + rate.confidence();
  }

  /** Returns the bounds of a measured rate; a dash if there is none. */
  public static String interval(BinomialInterval interval) {
    return interval == null
        ? Numbers.UNKNOWN
        : Numbers.percent(interval.low()) + " to " + Numbers.percent(interval.high());
  }

  /** Returns a share to three significant digits: small rates must not read as 0. */
  private static String percent(double share) {
    BigDecimal percent = new BigDecimal(share * 100).round(new MathContext(3));
    return percent.stripTrailingZeros().toPlainString() + " %";
  }
}
