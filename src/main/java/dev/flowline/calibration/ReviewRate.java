package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * The share of good images that may not be judged GOOD: they are UNDECIDED or DEFECT.
 *
 * @param requested the requested rate
 * @param guaranteed the guaranteed rate, at most the requested one
 */
public record ReviewRate(
    @JsonProperty("asked") FalseAlarmRate requested, @JsonProperty("promised") double guaranteed) {
  public ReviewRate {
    Objects.requireNonNull(requested, "asked");
    if (!(guaranteed > 0 && guaranteed <= 1)) {
      throw new IllegalArgumentException("promised must be in (0, 1], got " + guaranteed);
    }
  }
}
