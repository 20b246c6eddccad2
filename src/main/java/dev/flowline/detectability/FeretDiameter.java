package dev.flowline.detectability;

import dev.flowline.metrics.ConnectedComponents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The largest Feret diameter: the longest extent of a defect as a caliper measures it, from edge to
 * edge of its pixels. It is the size that people measure with a ruler.
 */
final class FeretDiameter {
  private FeretDiameter() {}

  /**
   * Returns the largest diameter among the 8-connected parts of a mask; 0 if it marks nothing.
   *
   * @param mask (H·W), row-major
   */
  static double largest(boolean[] mask, int width) {
    ConnectedComponents parts = ConnectedComponents.of(mask, width, 8);
    List<List<int[]>> ends = new ArrayList<>();
    for (int part = 0; part < parts.count(); part++) {
      ends.add(new ArrayList<>());
    }
    for (int start = 0; start < mask.length; start += width) {
      addRow(parts.labels(), start, width, ends);
    }
    return ends.stream().mapToDouble(FeretDiameter::diameter).max().orElse(0);
  }

  /** Adds the corners of the first and the last pixel of each run in a row. */
  private static void addRow(int[] labels, int start, int width, List<List<int[]>> ends) {
    int y = start / width;
    for (int x = 0; x < width; x++) {
      int label = labels[start + x];
      if (label > 0) {
        List<int[]> corners = ends.get(label - 1);
        if (x == 0 || labels[start + x - 1] != label) {
          corners.add(new int[] {x, y});
          corners.add(new int[] {x, y + 1});
        }
        if (x == width - 1 || labels[start + x + 1] != label) {
          corners.add(new int[] {x + 1, y});
          corners.add(new int[] {x + 1, y + 1});
        }
      }
    }
  }

  private static double diameter(List<int[]> points) {
    List<int[]> hull = hull(points);
    long largest = 0;
    for (int[] a : hull) {
      for (int[] b : hull) {
        long dx = a[0] - b[0];
        long dy = a[1] - b[1];
        largest = Math.max(largest, dx * dx + dy * dy);
      }
    }
    return Math.sqrt(largest);
  }

  /** Returns the convex hull (Andrew 1979). */
  private static List<int[]> hull(List<int[]> points) {
    List<int[]> sorted = new ArrayList<>(points);
    sorted.sort((a, b) -> a[0] == b[0] ? Integer.compare(a[1], b[1]) : Integer.compare(a[0], b[0]));
    List<int[]> hull = new ArrayList<>(half(sorted));
    Collections.reverse(sorted);
    hull.addAll(half(sorted));
    return hull;
  }

  private static List<int[]> half(List<int[]> sorted) {
    List<int[]> half = new ArrayList<>();
    for (int[] point : sorted) {
      while (half.size() > 1
          && turn(half.get(half.size() - 2), half.get(half.size() - 1), point) <= 0) {
        half.remove(half.size() - 1);
      }
      half.add(point);
    }
    return half;
  }

  private static long turn(int[] a, int[] b, int[] c) {
    return (long) (b[0] - a[0]) * (c[1] - a[1]) - (long) (b[1] - a[1]) * (c[0] - a[0]);
  }
}
