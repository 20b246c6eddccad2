package dev.flowline.calibration;

import dev.flowline.io.FileNames;
import dev.flowline.page.Numbers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A statistic of a model's input that is out of the range of the calibration images.
 *
 * @param name of the statistic
 * @param value of this input
 * @param low the lowest value that is not reported
 * @param high the highest value that is not reported
 */
public record OutOfRange(InputStatistic name, double value, double low, double high) {
  /**
   * Returns how many of some images are unlike the calibration images, with the first of their
   * names, in words; empty if none is.
   *
   * @param unlike those that are, as {@link #named} names them
   * @param of how many images there are in all
   */
  public static Optional<String> inWords(List<String> unlike, int of) {
    return unlike.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s of %s unlike the calibration images: %s"
                .formatted(
                    unlike.size(),
                    of == 1 ? "1 image is" : of + " images are",
                    FileNames.of(unlike)));
  }

  /** Returns an image with what is out of range about it, as in "a.png (brightness, contrast)". */
  public static String named(String image, List<OutOfRange> statistics) {
    return image + " (" + names(statistics) + ")";
  }

  /** Returns the names of some statistics. */
  public static String names(List<OutOfRange> statistics) {
    return statistics.stream().map(one -> one.name().key()).collect(Collectors.joining(", "));
  }

  /** Returns the statistic with its limits in words. */
  public String inWords() {
    return "%s is %s, the limits are %s and %s"
        .formatted(
            name.key(), Numbers.fixed(value, 3), Numbers.fixed(low, 3), Numbers.fixed(high, 3));
  }
}
