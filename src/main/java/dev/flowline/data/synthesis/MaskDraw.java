package dev.flowline.data.synthesis;

import java.util.Arrays;

/** Makes a mask of a field over the pixels: the foreground where the field is above 0. */
final class MaskDraw {
  private final boolean[] foreground;
  private final float[] field;
  private final int least;
  private final int most;

  /**
   * @param foreground (H·W), with more pixels than the least area; null for everywhere
   * @param field (H·W), read at every call
   */
  MaskDraw(SynthesisSettings.Area area, boolean[] foreground, float[] field) {
    this.foreground = foreground;
    this.field = field;
    least = Math.max(1, (int) Math.ceil(area.least() * field.length));
    most = Math.max(least, (int) (area.most() * field.length));
  }

  boolean[] aboveZero() {
    boolean[] mask = new boolean[field.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = field[i] > 0 & (foreground == null || foreground[i]);
    }
    return mask;
  }

  boolean isWithinBounds(boolean[] mask) {
    int area = 0;
    for (boolean in : mask) {
      area += in ? 1 : 0;
    }
    return area >= least && area <= most;
  }

  /** The least area, at the foreground's pixels where the field is highest. */
  boolean[] highest() {
    float[] sorted = new float[field.length];
    int count = 0;
    for (int i = 0; i < field.length; i++) {
      if (foreground == null || foreground[i]) {
        sorted[count++] = field[i];
      }
    }
    Arrays.sort(sorted, 0, count);
    float level = sorted[count - least];
    boolean[] mask = new boolean[field.length];
    int missing = least;
    for (int i = 0; i < field.length; i++) {
      if (field[i] > level && (foreground == null || foreground[i])) {
        mask[i] = true;
        missing--;
      }
    }
    for (int i = 0; missing > 0; i++) {
      if (field[i] == level && (foreground == null || foreground[i])) {
        mask[i] = true;
        missing--;
      }
    }
    return mask;
  }
}
