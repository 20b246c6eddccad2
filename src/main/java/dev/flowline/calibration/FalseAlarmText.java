package dev.flowline.calibration;

import dev.flowline.page.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The text of false-alarm rates: the requested rate, the rate that good images guarantee, and the
 * rate that was measured.
 */
public final class FalseAlarmText {
  private FalseAlarmText() {}

  /** Returns what the images of a calibration guarantee, and how many more the request needs. */
  public static String of(Calibration calibration) {
    FalseAlarmRate requested = calibration.requested();
    String guarantee =
        Numbers.count(calibration.goodImages(), "good image")
            + " held out for it: "
            + guarantee(calibration.guaranteed(), requested.confidence());
    int missing = calibration.imagesMissing();
    return missing == 0
        ? guarantee
        : guarantee
            + "; the requested %s takes %d of them, %d more"
                .formatted(percent(requested.rate()), requested.imagesNeeded(), missing);
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
