package dev.flowline.metrics;

import java.util.Arrays;

/**
 * The connected components of a mask.
 *
 * @param labels (H·W), 0 outside the mask, else from 1 in the order of each component's first pixel
 * @param areas at k the number of pixels of component k + 1
 */
public record ConnectedComponents(int[] labels, int[] areas) {
  private static final int[] DX = {1, -1, 0, 0, 1, 1, -1, -1};
  private static final int[] DY = {0, 0, 1, -1, 1, -1, 1, -1};

  /**
   * Labels the components of a mask.
   *
   * @param mask (H·W), row-major
   * @param connectivity 4 or 8
   * @throws IllegalArgumentException if connectivity is another, or width does not divide the mask
   */
  public static ConnectedComponents of(boolean[] mask, int width, int connectivity) {
    if (connectivity != 4 && connectivity != 8) {
      throw new IllegalArgumentException("connectivity must be 4 or 8, got " + connectivity);
    }
    if (width < 1 || mask.length % width != 0) {
      throw new IllegalArgumentException(
          "width must divide the mask's " + mask.length + " pixels, got " + width);
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

  /** Returns the number of components. */
  public int count() {
    return areas.length;
  }

  /** Returns the number of pixels of all components. */
  public int totalArea() {
    return Arrays.stream(areas).sum();
  }
}
