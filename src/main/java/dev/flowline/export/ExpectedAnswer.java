package dev.flowline.export;

import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import java.util.ArrayList;
import java.util.List;

/**
 * An image and the answer about it that every path of a {@link Verification} has to give.
 *
 * @param name of the image, as messages say it
 */
public record ExpectedAnswer(String name, Image image, GoldenAnswer answer) {
  /**
   * Returns golden images with their answers; messages call them "golden image NAME". Images beyond
   * the answers are left out.
   */
  public static List<ExpectedAnswer> ofGolden(
      List<String> names, List<Image> images, List<GoldenAnswer> answers) {
    List<ExpectedAnswer> expected = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      expected.add(
          new ExpectedAnswer("golden image " + names.get(i), images.get(i), answers.get(i)));
    }
    return expected;
  }

  /** Returns one pixel of the map of a model with that input, in pixels of the image. */
  int mapPixel(Preprocessing input) {
    double down = Math.ceil((double) image.height() / input.height());
    double right = Math.ceil((double) image.width() / input.width());
    return (int) Math.max(down, right);
  }
}
