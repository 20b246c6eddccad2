package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The share of good images that may not be judged GOOD: they are UNDECIDED or DEFECT.
 *
 * @param rate the requested rate, in (0, 1)
 * @param confidence of the guarantee, in (0, 1); null for a guarantee on average
 * @param guaranteed the guaranteed rate, at most the requested one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReviewRate(
    @JsonProperty("asked") double rate,
    Double confidence,
    @JsonProperty("promised") double guaranteed) {
  public ReviewRate {
    new FalseAlarmRate(rate, confidence); // which checks them
    if (!(guaranteed > 0 && guaranteed <= 1)) {
      throw new IllegalArgumentException("promised must be in (0, 1], got " + guaranteed);
    }
  }

  /** Makes the rate that is guaranteed for a requested one. */
  static ReviewRate of(FalseAlarmRate requested, double guaranteed) {
    return new ReviewRate(requested.rate(), requested.confidence(), guaranteed);
  }
}
