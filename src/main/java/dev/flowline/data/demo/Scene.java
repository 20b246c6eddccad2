package dev.flowline.data.demo;

import dev.flowline.random.SplitMix64;
import java.util.List;

/**
 * A painted part, good so far.
 *
 * @param canvas the picture
 * @param lightX where the light comes from, a unit vector, to the right
 * @param lightY and downwards
 * @param holes the part's drilled holes, none on a texture
 */
record Scene(Canvas canvas, float lightX, float lightY, List<Hole> holes) {
  /**
   * @param x center, pixels
   * @param y center, pixels
   * @param radius with its chamfer, pixels
   */
  record Hole(float x, float y, float radius) {}

  /** A random pixel whose surroundings are surface that can be defective. */
  int place(SplitMix64 random, float clearance) {
    int size = canvas.size;
    int margin = Math.min(size / 3, (int) clearance + 2);
    int pixel = size / 2 * size + size / 2;
    for (int attempt = 0; attempt < 200; attempt++) {
      int x = margin + random.below(size - 2 * margin);
      int y = margin + random.below(size - 2 * margin);
      pixel = y * size + x;
      if (isClear(x, y, (int) clearance / 2)) {
        break;
      }
    }
    return pixel;
  }

  private boolean isClear(int x, int y, int reach) {
    int size = canvas.size;
    int[] columns = {x, x - reach, x + reach, x, x};
    int[] rows = {y, y, y, y - reach, y + reach};
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] < 0 || rows[i] < 0 || columns[i] >= size || rows[i] >= size) {
        return false;
      }
      if (canvas.surface[rows[i] * size + columns[i]] < 1) {
        return false;
      }
    }
    return true;
  }
}
