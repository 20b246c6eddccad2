package dev.flowline.detectability;

import dev.flowline.line.DetailedInspection;
import dev.flowline.line.Verdict;

/**
 * The pixels that an inspection takes for defective: those of its map below the threshold. Without
 * the verdict DEFECT there is none.
 */
final class DetectedPixels {
  private final boolean[] mask; // (height, width); null for none
  private final int height;
  private final int width;

  DetectedPixels(boolean[] mask, int height, int width) {
    this.mask = mask;
    this.height = height;
    this.width = width;
  }

  static DetectedPixels of(DetailedInspection inspection) {
    boolean any = inspection.inspection().verdict() == Verdict.DEFECT;
    double log10Epsilon = inspection.inspection().statistic().threshold();
    return new DetectedPixels(
        any ? inspection.nfaMap().mask(log10Epsilon) : null,
        inspection.nfaMap().height(),
        inspection.nfaMap().width());
  }

  /** Returns whether there is any. */
  boolean any() {
    return mask != null;
  }

  /**
   * Returns whether a detected region touches a defect: a pixel of the map that covers a part of
   * the defect is detected.
   *
   * @param defect (rows, columns) of the image, row-major
   */
  boolean touch(boolean[] defect, int columns) {
    if (mask == null) {
      return false;
    }
    int rows = defect.length / columns;
    for (int i = 0; i < defect.length; i++) {
      if (defect[i] && isDetected(i / columns, rows, i % columns, columns)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether one of the map's pixels that overlap a pixel of the image is detected. */
  private boolean isDetected(int row, int rows, int column, int columns) {
    int bottom = end(row, rows, height);
    int right = end(column, columns, width);
    for (int y = first(row, rows, height); y < bottom; y++) {
      for (int x = first(column, columns, width); x < right; x++) {
        if (mask[y * width + x]) {
          return true;
        }
      }
    }
    return false;
  }

  private static int first(int pixel, int pixels, int mapPixels) {
    return (int) ((long) pixel * mapPixels / pixels);
  }

  private static int end(int pixel, int pixels, int mapPixels) {
    return (int) (((long) (pixel + 1) * mapPixels + pixels - 1) / pixels);
  }
}
