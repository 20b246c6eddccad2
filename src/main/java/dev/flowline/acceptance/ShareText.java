package dev.flowline.acceptance;

import dev.flowline.page.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Shares as text: percent, their intervals, parts per million. */
final class ShareText {
  private ShareText() {}

  /** Returns a requested share without rounding: "2 %", "0.05 %". */
  static String of(double share) {
    return BigDecimal.valueOf(share)
            .movePointRight(2)
            .round(MathContext.DECIMAL64)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  /** Returns the measured share: "1.5 %". */
  static String rate(Proportion share) {
    return Numbers.percent(share.rate());
  }

  /** Returns the count behind it: "3 of 200". */
  static String count(Proportion share) {
    return Numbers.share(share.count(), share.of());
  }

  /** Returns the two-sided interval: "0.3 to 4.3 %". */
  static String interval(Proportion share) {
    return "%s to %s".formatted(Numbers.fixed(100 * share.low(), 1), Numbers.percent(share.high()));
  }

  /** Returns parts per million in whole numbers: "62,500". */
  static String ppm(double ppm) {
    return String.format(Locale.ROOT, "%,.0f", ppm);
  }
}
