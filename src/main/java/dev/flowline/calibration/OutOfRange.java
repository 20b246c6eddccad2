package dev.flowline.calibration;

import dev.flowline.page.Numbers;

/**
 * A statistic of a model's input that is out of the range of the calibration images.
 *
 * @param name of the statistic
 * @param value of this input
 * @param low the lowest value that is not reported
 * @param high the highest value that is not reported
 */
public record OutOfRange(InputStatistic name, double value, double low, double high) {
  /** Returns the statistic with its limits in words. */
  public String inWords() {
    return "%s is %s, the limits are %s and %s"
        .formatted(
            name.key(), Numbers.fixed(value, 3), Numbers.fixed(low, 3), Numbers.fixed(high, 3));
  }
}
