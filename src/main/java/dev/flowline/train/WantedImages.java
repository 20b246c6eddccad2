package dev.flowline.train;

import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.model.Method;
import java.util.List;

/**
 * The images whose features a training wants.
 *
 * @param plain images as they are; trainings of other models could share their features
 * @param special number of images that this training alone wants: turned, or with synthesised
 *     defects
 */
record WantedImages(List<Sample> plain, int special) {
  /**
   * Returns what a training of a method wants.
   *
   * @param all training images
   * @param negatives number of images with synthesised defects
   */
  static WantedImages of(Method method, List<Sample> all, Split split, int negatives) {
    boolean learnsTurned = method.trainingPlan().rotations() > 0;
    boolean testsTurned = method.testRotations() > 0;
    return new WantedImages(
        learnsTurned && testsTurned ? List.of() : all,
        (learnsTurned ? split.fit().size() : 0)
            + (testsTurned ? split.heldOut().size() : 0)
            + negatives);
  }

  /** Number of all of them. */
  int count() {
    return plain.size() + special;
  }
}
