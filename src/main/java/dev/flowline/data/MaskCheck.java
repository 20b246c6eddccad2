package dev.flowline.data;

import dev.flowline.io.FileNames;
import java.util.ArrayList;
import java.util.List;

/**
 * A check of the masks of defective images, which finds those that probably say something else than
 * was meant: masks that mark nothing, nearly everything, or all but the defect.
 */
public final class MaskCheck {
  private static final double NEARLY_ALL = 0.95;

  private final int width;
  private final List<String> empty = new ArrayList<>();
  private final List<String> full = new ArrayList<>();
  private final List<String> inverted = new ArrayList<>();
  private int masks;

  /** Makes a check of masks of a given width, in pixels. */
  public MaskCheck(int width) {
    this.width = width;
  }

  /**
   * Adds the mask of a test image; nothing for a good image, or one without a mask.
   *
   * @param groundTruth (height, width), true where defective; null if it is unknown
   */
  public void add(Sample sample, boolean[] groundTruth) {
    if (sample.isGood() || groundTruth == null) {
      return;
    }
    masks++;
    int marked = 0;
    int border = 0;
    int markedOfBorder = 0;
    for (int i = 0; i < groundTruth.length; i++) {
      int x = i % width;
      boolean isBorder = i < width || i >= groundTruth.length - width || x == 0 || x == width - 1;
      border += isBorder ? 1 : 0;
      marked += groundTruth[i] ? 1 : 0;
      markedOfBorder += isBorder && groundTruth[i] ? 1 : 0;
    }
    String name = sample.mask().describe();
    if (marked == 0) {
      empty.add(name);
    } else if (2 * marked > groundTruth.length
        && marked < groundTruth.length
        && markedOfBorder >= NEARLY_ALL * border) {
      inverted.add(name);
    } else if (marked >= NEARLY_ALL * groundTruth.length) {
      full.add(name);
    }
  }

  /** Returns one sentence for each oddity, with the number of masks and the first names. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    warn(
        warnings,
        empty,
        "mark nothing at the size of the maps, so no pixel of their images counts as defective");
    warn(warnings, full, "mark the image nearly or as a whole");
    warn(warnings, inverted, "mark the border and leave out something inside, so look inverted");
    return warnings;
  }

  private void warn(List<String> warnings, List<String> odd, String how) {
    if (!odd.isEmpty()) {
      warnings.add(
          "%s of %s masks of defective images %s: %s"
              .formatted(odd.size(), masks, how, FileNames.of(odd)));
    }
  }
}
