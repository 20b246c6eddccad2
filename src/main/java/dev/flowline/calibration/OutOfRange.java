package dev.flowline.calibration;

import dev.flowline.io.FileNames;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
   * @param byImage what is out of range about each such image
   * @param of how many images there are in all
   */
  public static Optional<String> inWords(Map<String, List<OutOfRange>> byImage, int of) {
    if (byImage.isEmpty()) {
      return Optional.empty();
    }
    List<String> images = new ArrayList<>();
    byImage.forEach((image, statistics) -> images.add(image + " (" + names(statistics) + ")"));
    return Optional.of(
        "%s of %s unlike the calibration images: %s"
            .formatted(
                byImage.size(), of == 1 ? "1 image is" : of + " images are", FileNames.of(images)));
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
