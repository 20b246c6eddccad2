package dev.flowline.cli;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.Inspection;
import dev.flowline.line.Statistic;
import dev.flowline.line.Verdict;
import dev.flowline.page.CaptionBand;
import dev.flowline.page.MaskOverlay;
import dev.flowline.page.Numbers;
import dev.flowline.page.RegionFrames;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.Region;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of an inspection: the mask of detected regions, and an overlay on the image, with
 * the outline of the field of view unless that is the whole image, and the borders of zones.
 */
final class InspectionPictures {
  private InspectionPictures() {}

  /**
   * Writes NAME.mask.png, of the image's size, and NAME.overlay.png: the image with the outlines
   * and numbers of its regions, and a band below it with the verdict and the number that decided.
   *
   * @param base path of the pictures, without their endings
   * @throws IOException naming the file that cannot be written
   */
  static void write(Path base, Image image, DetailedInspection inspection) throws IOException {
    boolean[] detected = detected(inspection, image.width(), image.height());
    BufferedImage picture = Images.toBufferedImage(image);
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".overlay.png"),
        overlay(marked(picture, detected, inspection), inspection.inspection()));
    byte[] mask = new byte[detected.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (detected[i] ? 255 : 0);
    }
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".mask.png"),
        Image.of8(image.height(), image.width(), 1, mask));
  }

  private static BufferedImage marked(
      BufferedImage picture, boolean[] detected, DetailedInspection inspection) {
    BufferedImage marked = MaskOverlay.draw(picture, detected, null, picture.getWidth());
    if (!inspection.view().isWhole()) {
      MaskOverlay.outlineView(marked, inspection.view().mask(), inspection.view().width());
    }
    if (inspection.zones() != null) {
      MaskOverlay.zoneBorders(marked, inspection.zones());
    }
    return marked;
  }

  private static BufferedImage overlay(BufferedImage marked, Inspection inspection) {
    RegionFrames.draw(marked, inspection.regions());
    return CaptionBand.below(marked, colour(inspection.verdict()), words(inspection));
  }

  private static int colour(Verdict verdict) {
    return switch (verdict) {
      case GOOD -> 0x1b5e20;
      case DEFECT -> 0xa31515;
      case UNDECIDED -> 0x7a4b00;
      case NOT_INSPECTED, FAILED -> 0x424242;
    };
  }

  /** Returns what the band says; the verdict comes first. */
  static List<String> words(Inspection inspection) {
    List<String> words = new ArrayList<>();
    words.add(inspection.verdict().name().replace('_', ' '));
    if (inspection.undecided() != null) {
      words.add(inspection.undecided().inWords());
    }
    if (inspection.isJudged() && inspection.verdict() != Verdict.NOT_INSPECTED) {
      words.add(
          "log10NFA %s, %s"
              .formatted(Numbers.fixed(inspection.log10Nfa(), 2), limits(inspection.statistic())));
    }
    if (inspection.pValue() != null) {
      words.add("p-value " + Numbers.brief(inspection.pValue()));
    }
    int regions = inspection.regions().size();
    if (regions > 0) {
      words.add(
          Numbers.count(regions, "region")
              + ": number 1 decided"
              + zone(inspection.regions().get(0))
              + (regions > RegionFrames.MOST
                  ? ", first %s framed".formatted(RegionFrames.MOST)
                  : ""));
    }
    if (inspection.outOfRange() != null && !inspection.outOfRange().isEmpty()) {
      words.add("input unlike the calibration images");
    }
    return words;
  }

  private static String zone(Region region) {
    return region.zone() == null ? "" : " in zone " + region.zone();
  }

  private static String limits(Statistic statistic) {
    return statistic.goodFrom() == null
        ? "threshold " + Numbers.fixed(statistic.threshold(), 2)
        : "DEFECT below %s, GOOD from %s"
            .formatted(
                Numbers.fixed(statistic.defectBelow(), 2), Numbers.fixed(statistic.goodFrom(), 2));
  }

  private static boolean[] detected(DetailedInspection inspection, int width, int height) {
    if (inspection.inspection().regions().isEmpty()) {
      return new boolean[width * height];
    }
    NfaMap nfa = inspection.nfaMap();
    Verdict verdict = inspection.inspection().verdict();
    boolean[] mask = nfa.mask(inspection.inspection().statistic().regionsBelow(verdict));
    return MaskOverlay.stretched(mask, nfa.width(), width, height);
  }
}
