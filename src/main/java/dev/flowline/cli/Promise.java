package dev.flowline.cli;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.FalseAlarmRate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** What a threshold promises, for people. */
final class Promise {
  private Promise() {}

  /** Half a sentence. */
  static String inWords(Calibration calibration) {
    FalseAlarmRate asked = calibration.asked();
    String confidence = asked.confidence() == null ? "" : " with confidence " + asked.confidence();
    String promise =
        String.format(
            Locale.ROOT,
            "%d good images kept for it: at most %s of good images are taken for defective%s",
            calibration.goodImages(),
            percent(calibration.promised()),
            confidence);
    int missing = calibration.imagesMissing();
    return missing == 0
        ? promise
        : promise
            + "; for the %s asked for it takes %d of them, %d more"
                .formatted(percent(asked.rate()), asked.imagesNeeded(), missing);
  }

  static String percent(double share) {
    BigDecimal percent = new BigDecimal(share * 100).round(new MathContext(3));
    return percent.stripTrailingZeros().toPlainString() + " %";
  }
}
