package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;

/**
 * An overlay as a picture of its own: the texture laid out with its mirror images without end,
 * looked at from a random corner, rows and columns each perhaps backwards, in pieces that are put
 * back in another order.
 */
final class SlowOverlay {
  private final double[][][] levels; // row, column, channel

  SlowOverlay(
      double[][][] texture,
      int gridRows,
      int gridColumns,
      int height,
      int width,
      SplitMix64 random) {
    int cellHeight = (int) Math.ceil((double) height / gridRows);
    int cellWidth = (int) Math.ceil((double) width / gridColumns);
    int tall = texture.length;
    int wide = texture[0].length;
    int top = random.below(2 * tall);
    int down = random.next() < 0.5 ? -1 : 1;
    int left = random.below(2 * wide);
    int right = random.next() < 0.5 ? -1 : 1;
    double[][][] laid = new double[cellHeight * gridRows][cellWidth * gridColumns][];
    for (int y = 0; y < laid.length; y++) {
      for (int x = 0; x < laid[y].length; x++) {
        laid[y][x] = texture[mirror(top + down * y, tall)][mirror(left + right * x, wide)];
      }
    }
    int cells = gridRows * gridColumns;
    int[] order = new int[cells];
    for (int i = 0; i < cells; i++) {
      order[i] = i;
    }
    for (int last = cells - 1; last > 0; last--) { // Fisher and Yates
      int other = random.below(last + 1);
      int swapped = order[last];
      order[last] = order[other];
      order[other] = swapped;
    }
    levels = new double[height][width][];
    for (int cell = 0; cell < cells; cell++) {
      for (int y = 0; y < cellHeight; y++) {
        for (int x = 0; x < cellWidth; x++) {
          int toY = cell / gridColumns * cellHeight + y;
          int toX = cell % gridColumns * cellWidth + x;
          int fromY = order[cell] / gridColumns * cellHeight + y;
          int fromX = order[cell] % gridColumns * cellWidth + x;
          if (toY < height && toX < width) {
            levels[toY][toX] = laid[fromY][fromX];
          }
        }
      }
    }
  }

  /** To and fro, the pixels at both ends twice. */
  private static int mirror(int at, int side) {
    while (at < 0 || at >= side) {
      at = at < 0 ? -1 - at : 2 * side - 1 - at;
    }
    return at;
  }

  double at(int y, int x, int channel) {
    return levels[y][x][channel];
  }
}
