package dev.flowline.calibration;

import dev.flowline.page.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The variety of good images, as far as a model can learn from it: how many there are, how many
 * show anything, and how many differ.
 *
 * @param images number of all
 * @param constant number of images whose pixels are all alike
 * @param black number of constant images that are black
 * @param distinct number of different inputs
 */
public record GoodImageVariety(int images, int constant, int black, int distinct) {
  private static final double BLACK = 1.5 / 255;

  /** Returns the variety of the inputs that a model gets of good images. */
  public static GoodImageVariety of(List<InputStatistics> inputs) {
    return new GoodImageVariety(
        inputs.size(),
        (int) inputs.stream().filter(InputStatistics::areConstant).count(),
        (int) inputs.stream().filter(i -> i.areConstant() && i.brightness() < BLACK).count(),
        new HashSet<>(inputs).size());
  }

  /**
   * Refuses images from which nothing can be learned: constant ones alone, or copies of one.
   *
   * @throws IOException saying what the images are
   */
  public void requireSomeVariety() throws IOException {
    if (images > 0 && constant == images) {
      String are = black == images ? "black" : "of a single colour each";
      throw new IOException(
          "all %s are %s: they show no part, and nothing can be learned from them; check the camera, the light and the folder"
              .formatted(Numbers.count(images, "good image"), are));
    }
    if (images > 1 && distinct == 1) {
      throw new IOException(
          "all %s good images are identical: a model of them would take every other part for defective, and no false-alarm rate can be guaranteed; give images of different parts"
              .formatted(images));
    }
  }

  /** Returns what is wrong with some of the images. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (constant > 0) {
      warnings.add(
          "%s of %s show no part (%s black, %s of another single colour): remove them, they make the model worse and the threshold lower"
              .formatted(constant, Numbers.count(images, "good image"), black, constant - black));
    }
    if (distinct < images) {
      warnings.add(
          "only %s of %s differ: the guaranteed false-alarm rate holds for different parts, not for copies"
              .formatted(distinct, Numbers.count(images, "good image")));
    }
    return List.copyOf(warnings);
  }
}
