package dev.flowline.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The good training images in two parts: those the model is fitted to, and those on which it is
 * watched. Each keeps the order of the whole.
 *
 * @param fit never empty unless the whole is
 * @param validation disjoint from fit
 */
public record Split(List<Sample> fit, List<Sample> validation) {
  public Split {
    fit = List.copyOf(fit);
    validation = List.copyOf(validation);
  }

  /**
   * Draws the validation part at random: the same for the same number of images and seed.
   *
   * @param validationFraction in [0, 1); above 0 it takes at least one image, of two or more
   * @throws IllegalArgumentException if the fraction is outside, or a sample is not good
   */
  public static Split of(List<Sample> train, double validationFraction, long seed) {
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validationFraction must be in [0, 1), got " + validationFraction);
    }
    for (Sample sample : train) {
      if (!sample.isGood()) {
        throw new IllegalArgumentException(
            "only good images are split, got %s of type %s"
                .formatted(sample.image(), sample.defectType()));
      }
    }
    int wanted = (int) Math.round(train.size() * validationFraction);
    int least = validationFraction > 0 ? 1 : 0;
    int count = Math.max(0, Math.min(Math.max(wanted, least), train.size() - 1));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < train.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    return new Split(
        inOrder(train, order.subList(count, order.size())),
        inOrder(train, order.subList(0, count)));
  }

  private static List<Sample> inOrder(List<Sample> train, List<Integer> chosen) {
    return chosen.stream().sorted().map(train::get).toList();
  }
}
