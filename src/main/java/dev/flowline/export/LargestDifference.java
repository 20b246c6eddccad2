package dev.flowline.export;

import java.util.Locale;
import java.util.Optional;

/** The largest difference of a number over the golden images, and the image that has it. */
final class LargestDifference {
  private final String number;
  private final double tolerance;
  private boolean reported;
  private double value;
  private int image;

  /**
   * Begins with no image.
   *
   * @param number what differs, as a message names it
   * @param tolerance the largest difference that is no fault
   */
  LargestDifference(String number, double tolerance) {
    this.number = number;
    this.tolerance = tolerance;
  }

  /** Takes in the difference of a golden image, counted from 0. */
  void take(int of, double difference) {
    reported = true;
    if (difference > value) {
      value = difference;
      image = of;
    }
  }

  /** Returns whether any image was taken in. */
  boolean isReported() {
    return reported;
  }

  double value() {
    return value;
  }

  /** Returns what is wrong, with the number of the golden image from 1; empty if nothing is. */
  Optional<String> fault() {
    return value <= tolerance
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s of golden image %s differs by %.2e, more than %.0e",
                number,
                image + 1,
                value,
                tolerance));
  }
}
