package dev.flowline.metrics;

import java.util.Arrays;

/**
 * The connected components of a mask.
 *
 * @param labels (H·W), 0 outside, else 1… in the order of each component's first pixel
 * @param areas pixels of component k + 1 at k
 */
public record ConnectedComponents(int[] labels, int[] areas) {
  private static final int[] DX = {1, -1, 0, 0, 1, 1, -1, -1};
  private static final int[] DY = {0, 0, 1, -1, 1, -1, 1, -1};

  /**
   * @param mask (H·W), row-major
   * @param connectivity 4 or 8
   */
  public static ConnectedComponents of(boolean[] mask, int width, int connectivity) {
    if (connectivity != 4 && connectivity != 8) {
      throw new IllegalArgumentException("connectivity is " + connectivity + ", not 4 or 8");
    }
    if (width < 1 || mask.length % width != 0) {
      throw new IllegalArgumentException(
          "width " + width + " does not divide a mask of " + mask.length + " pixels");
    }
    int height = mask.length / width;
    int[] labels = new int[mask.length];
    int[] areas = new int[4];
    int[] stack = new int[16];
    int count = 0;
    for (int seed = 0; seed < mask.length; seed++) {
      if (!mask[seed] || labels[seed] != 0) {
        continue;
      }
      if (count == areas.length) {
        areas = Arrays.copyOf(areas, 2 * count);
      }
      int depth = 0;
      stack[depth++] = seed;
      labels[seed] = count + 1;
      while (depth > 0) {
        int pixel = stack[--depth];
        areas[count]++;
        if (depth + 8 > stack.length) {
          stack = Arrays.copyOf(stack, 2 * stack.length);
        }
        for (int d = 0; d < connectivity; d++) {
          int x = pixel % width + DX[d];
          int y = pixel / width + DY[d];
          if (x < 0 || x >= width || y < 0 || y >= height) {
            continue;
          }
          int next = y * width + x;
          if (mask[next] && labels[next] == 0) {
            labels[next] = count + 1;
            stack[depth++] = next;
          }
        }
      }
      count++;
    }
    return new ConnectedComponents(labels, Arrays.copyOf(areas, count));
  }

  /** How many there are. */
  public int count() {
    return areas.length;
  }

  /** Pixels of all of them. */
  public int totalArea() {
    return Arrays.stream(areas).sum();
  }
}
