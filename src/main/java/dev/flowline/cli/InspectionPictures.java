package dev.flowline.cli;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.Verdict;
import dev.flowline.page.MaskOverlay;
import dev.flowline.segmentation.NfaMap;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;

/** The pictures of an inspection: the mask of detected regions, and an overlay on the image. */
final class InspectionPictures {
  private InspectionPictures() {}

  /**
   * Writes NAME.overlay.png and NAME.mask.png, both of the image's size.
   *
   * @param base path of the pictures, without their endings
   * @throws IOException naming the file that cannot be written
   */
  static void write(Path base, Image image, DetailedInspection inspection) throws IOException {
    boolean[] detected = detected(inspection, image.width(), image.height());
    BufferedImage picture = Images.toBufferedImage(image);
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".overlay.png"),
        MaskOverlay.draw(picture, detected, null, image.width()));
    byte[] mask = new byte[detected.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (detected[i] ? 255 : 0);
    }
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".mask.png"),
        Image.of8(image.height(), image.width(), 1, mask));
  }

  private static boolean[] detected(DetailedInspection inspection, int width, int height) {
    if (inspection.inspection().verdict() != Verdict.DEFECT) {
      return new boolean[width * height];
    }
    NfaMap nfa = inspection.nfaMap();
    boolean[] mask = nfa.mask(inspection.inspection().statistic().threshold());
    return MaskOverlay.stretched(mask, nfa.width(), width, height);
  }
}
