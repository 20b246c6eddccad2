package dev.flowline.detectability;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.acceptance.Proportion;
import dev.flowline.calibration.Calibration;
import dev.flowline.page.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The false alarms beside which defects are found.
 *
 * @param guaranteed rate that the calibration of the threshold guarantees at most; null if the
 *     threshold was not calibrated, or guarantees nothing
 * @param confidence of that guarantee; null if it holds on average, or there is none
 * @param measured alarms on the same good images without a defect
 * @param expected whether {@code guaranteed} is what is expected of a cross-fitted threshold, and
 *     no bound
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FalseAlarms(
    Double guaranteed,
    Double confidence,
    Proportion measured,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expected) {
  /**
   * Returns the false alarms of a threshold.
   *
   * @param calibration of the threshold; null if there is none
   */
  public static FalseAlarms of(Calibration calibration, Proportion measured) {
    return calibration == null || calibration.isImplausible()
        ? new FalseAlarms(null, null, measured, false)
        : new FalseAlarms(
            calibration.guaranteed(),
            calibration.requested().confidence(),
            measured,
            !calibration.isGuaranteed());
  }

  /** Returns the rate for the end of a sentence: "at 2 % false alarms". */
  String inWords() {
    return guaranteed == null
        ? "at %s false alarms on good images"
            .formatted(Numbers.share(measured.count(), measured.of()))
        : (expected ? "at about %s expected false alarms" : "at no more than %s false alarms")
            .formatted(percent(guaranteed));
  }

  static String percent(double share) {
    return BigDecimal.valueOf(share)
            .movePointRight(2)
            .round(new MathContext(3))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
