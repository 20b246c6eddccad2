package dev.flowline.detectability;

import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.data.synthesis.PlacedDefect;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;

/**
 * A made-up defect to look at.
 *
 * @param good its surroundings without it
 * @param defective its surroundings with it
 * @param size in pixels
 */
public record DefectExample(
    DefectKind kind,
    BufferedImage good,
    BufferedImage defective,
    double size,
    double contrast,
    boolean found) {
  private static final int LEAST_SIDE = 48;

  static DefectExample of(Image image, PlacedDefect defect, boolean found) {
    int side = (int) Math.max(LEAST_SIDE, 3 * defect.size());
    return new DefectExample(
        defect.kind(),
        around(image, defect, side),
        around(defect.image(), defect, side),
        defect.size(),
        defect.contrast(),
        found);
  }

  private static BufferedImage around(Image image, PlacedDefect defect, int side) {
    int width = Math.min(side, image.width());
    int height = Math.min(side, image.height());
    int x = Math.min(Math.max(0, (int) defect.x() - width / 2), image.width() - width);
    int y = Math.min(Math.max(0, (int) defect.y() - height / 2), image.height() - height);
    BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    cut.createGraphics()
        .drawImage(Images.toBufferedImage(image).getSubimage(x, y, width, height), 0, 0, null);
    return cut;
  }

  /** Keeps of a kind the example whose size is nearest to the middle of the design's. */
  static void keepSome(List<DefectExample> examples, DefectKind kind, DefectDesign design) {
    double middle = Math.sqrt(design.smallest() * design.largest());
    DefectExample best =
        examples.stream()
            .filter(example -> example.kind == kind)
            .min(Comparator.comparingDouble(e -> Math.abs(Math.log(e.size / middle))))
            .orElseThrow();
    examples.removeIf(example -> example.kind == kind && example != best);
  }
}
