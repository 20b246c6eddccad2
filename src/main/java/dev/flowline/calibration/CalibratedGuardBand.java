package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.segmentation.GuardBand;

/**
 * The guard band of a model, with where it comes from: the repeatability of the statistic, or a
 * second rate. One of both is known.
 *
 * @param below how far below log10Epsilon a part is still undecided, at least 0
 * @param above how far above log10Epsilon a part is still undecided, at least 0
 * @param repeatability that both distances were measured by; null for a review rate
 * @param reviewRate that the upper end keeps; {@code below} is 0 then; null for repeatability
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CalibratedGuardBand(
    double below, double above, MeasuredRepeatability repeatability, ReviewRate reviewRate) {
  public CalibratedGuardBand {
    new GuardBand(below, above); // which checks them
    if ((repeatability == null) == (reviewRate == null)) {
      throw new IllegalArgumentException(
          "a guard band has either repeatability or reviewRate, got "
              + (repeatability == null ? "neither" : "both"));
    }
    if (reviewRate != null && below != 0) {
      throw new IllegalArgumentException(
          "below must be 0 with a review rate, got %s".formatted(below));
    }
  }

  /**
   * Returns the guard band of two rates, each guaranteed by the images of a calibration: a part
   * below its threshold is a DEFECT, one below the threshold of the review rate UNDECIDED.
   *
   * @param rejecting the calibration at the rate of rejects
   * @param review the requested review rate, above that of rejects
   * @throws IllegalArgumentException with the way out, if the rates are in the wrong order, the
   *     images cannot guarantee the review rate, or cannot tell both rates apart
   */
  public static CalibratedGuardBand ofRates(Calibration rejecting, FalseAlarmRate review) {
    double reject = rejecting.requested().rate();
    if (review.rate() <= reject) {
      throw new IllegalArgumentException(
          "--review-rate must be above the rate of rejects, %s, got %s: the parts between both thresholds are reviewed"
              .formatted(reject, review.rate()));
    }
    rejecting.requireEnough(rejecting.requested());
    rejecting.requireEnough(review);
    if (!rejecting.guarantees(rejecting.requested())) {
      throw new IllegalArgumentException(
          "%s good images cannot guarantee a rate of rejects of %s, which takes %s: name more good images or a higher rate"
              .formatted(rejecting.goodImages(), reject, rejecting.requested().imagesNeeded()));
    }
    if (!rejecting.guarantees(review)) {
      throw new IllegalArgumentException(
          "--review-rate: %s good images cannot guarantee %s, which takes %s: name more good images or a higher rate"
              .formatted(rejecting.goodImages(), review.rate(), review.imagesNeeded()));
    }
    Calibration reviewing = rejecting.at(review);
    double width = reviewing.log10Epsilon() - rejecting.log10Epsilon();
    if (!(width > 0)) {
      throw new IllegalArgumentException(
          "--review-rate: %s good images cannot tell %s from %s, so that nothing would be undecided: name more good images or a higher rate"
              .formatted(rejecting.goodImages(), review.rate(), reject));
    }
    return new CalibratedGuardBand(0, width, null, ReviewRate.of(review, reviewing.guaranteed()));
  }

  /** Returns the band alone. */
  public GuardBand band() {
    return new GuardBand(below, above);
  }

  /** Returns whether it was measured on images that were made, and not taken. */
  @JsonIgnore
  public boolean isSynthetic() {
    return repeatability != null && repeatability.synthetic();
  }
}
