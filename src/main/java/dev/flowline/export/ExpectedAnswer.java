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
  /** Returns golden images with their answers; their names are "golden image 1" and so on. */
  public static List<ExpectedAnswer> ofGolden(List<Image> images, List<GoldenAnswer> answers) {
    List<ExpectedAnswer> expected = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      expected.add(new ExpectedAnswer("golden image " + (i + 1), images.get(i), answers.get(i)));
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
