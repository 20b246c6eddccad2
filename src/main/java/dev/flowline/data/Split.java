package dev.flowline.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
   * Draws the parts at random: the same for the same number of images and seed. A {@link
   * Sample#group} is in one of them as a whole, so that what is measured on images held out is not
   * measured on the twins of those learned from.
   *
   * @param validationFraction in [0, 1); above 0 it takes at least one image, while there are more
   * @param calibrationFraction in [0, 1), with the same least; both together below 1
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
    List<List<Sample>> groups = groups(train);
    Collections.shuffle(groups, new Random(seed));
    int most = groups.size() - 1;
    int forCalibration = calibrationFraction > 0 && most > 1 ? 1 : 0; // at least
    int validation =
        held(groups, 0, most - forCalibration, wanted(train.size(), validationFraction));
    int held =
        validation + held(groups, validation, most, wanted(train.size(), calibrationFraction));
    return new Split(
        inOrder(train, groups.subList(held, groups.size())),
        inOrder(train, groups.subList(0, validation)),
        inOrder(train, groups.subList(validation, held)));
  }

  /** Returns the groups in the order of their first images; an image on its own is one. */
  private static List<List<Sample>> groups(List<Sample> train) {
    Map<Object, List<Sample>> groups = new LinkedHashMap<>();
    for (Sample sample : train) {
      Object key = sample.group() == null ? sample.image() : sample.group();
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(sample);
    }
    return new ArrayList<>(groups.values());
  }

  private static void requireFraction(String name, double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), got " + fraction);
    }
  }

  private static int wanted(int images, double fraction) {
    return fraction > 0 ? Math.max(1, (int) Math.round(images * fraction)) : 0;
  }

  /**
   * Returns how many groups, from one on, come nearest to a number of images; of two that are as
   * near, the more. At least one for any images.
   */
  private static int held(List<List<Sample>> groups, int from, int most, int images) {
    int held = 0;
    int missing = images;
    while (from + held < most && missing > 0) {
      int size = groups.get(from + held).size();
      if (held > 0 && size - missing > missing) {
        break; // without it fewer are missing than would be too many with it
      }
      missing -= size;
      held++;
    }
    return held;
  }

  private static List<Sample> inOrder(List<Sample> train, List<List<Sample>> chosen) {
    Set<Sample> members = new HashSet<>();
    chosen.forEach(members::addAll);
    return train.stream().filter(members::contains).toList();
  }

  /** Returns all that the model is not fitted to. */
  public List<Sample> heldOut() {
    return Stream.concat(validation.stream(), calibration.stream()).toList();
  }
}
