package dev.flowline.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The good training images in three parts: those the model is fitted to, those on which it is
 * watched and what is usual is measured, and those that set the threshold and do nothing else. Each
 * keeps the order of the whole.
 *
 * @param fit never empty unless the whole is
 * @param validation disjoint from fit
 * @param calibration disjoint from both
 */
public record Split(List<Sample> fit, List<Sample> validation, List<Sample> calibration) {
  public Split {
    fit = List.copyOf(fit);
    validation = List.copyOf(validation);
    calibration = List.copyOf(calibration);
  }

  /**
   * Draws the parts at random: the same for the same number of images and seed.
   *
   * @param validationFraction in [0, 1); above 0 it takes at least one image, while there are more
   * @param calibrationFraction likewise; both together below 1
   * @throws IllegalArgumentException if a fraction is outside, or a sample is not good
   */
  public static Split of(
      List<Sample> train, double validationFraction, double calibrationFraction, long seed) {
    requireFraction("validationFraction", validationFraction);
    requireFraction("calibrationFraction", calibrationFraction);
    if (!(validationFraction + calibrationFraction < 1)) {
      throw new IllegalArgumentException(
          "validationFraction and calibrationFraction must leave images to learn from, got %s and %s"
              .formatted(validationFraction, calibrationFraction));
    }
    for (Sample sample : train) {
      if (!sample.isGood()) {
        throw new IllegalArgumentException(
            "only good images are split, got %s of type %s"
                .formatted(sample.image(), sample.defectType()));
      }
    }
    int validation = count(train.size(), validationFraction, train.size() - 1);
    int calibration = count(train.size(), calibrationFraction, train.size() - 1 - validation);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < train.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    int held = validation + calibration;
    return new Split(
        inOrder(train, order.subList(held, order.size())),
        inOrder(train, order.subList(0, validation)),
        inOrder(train, order.subList(validation, held)));
  }

  private static void requireFraction(String name, double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), got " + fraction);
    }
  }

  private static int count(int images, double fraction, int most) {
    int wanted = (int) Math.round(images * fraction);
    int least = fraction > 0 ? 1 : 0;
    return Math.max(0, Math.min(Math.max(wanted, least), most));
  }

  private static List<Sample> inOrder(List<Sample> train, List<Integer> chosen) {
    return chosen.stream().sorted().map(train::get).toList();
  }

  /** All that the model is not fitted to. */
  public List<Sample> heldOut() {
    return Stream.concat(validation.stream(), calibration.stream()).toList();
  }
}
