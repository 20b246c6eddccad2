package dev.flowline.export;

import java.util.Locale;
import java.util.Optional;

/** The largest difference of a number over images, and the image that has it. */
final class LargestDifference {
  private final String number;
  private final double tolerance;
  private boolean reported;
  private double value;
  private String image;

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

  /** Takes in the difference of an image. */
  void take(String of, double difference) {
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

  /** Returns what is wrong, with the name of the image; empty if nothing is. */
  Optional<String> fault() {
    return value <= tolerance
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s of %s differs by %.2e, more than %.0e",
                number,
                image,
                value,
                tolerance));
  }
}
