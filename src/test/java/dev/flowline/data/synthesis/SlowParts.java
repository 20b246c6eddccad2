package dev.flowline.data.synthesis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parts of a mask that touch by edges or corners: labels sink until nothing changes. */
final class SlowParts {
  private SlowParts() {}

  /** Each part's pixels. */
  static List<List<Integer>> of(boolean[] mask, int width) {
    int height = mask.length / width;
    int[] label = new int[mask.length];
    for (int i = 0; i < mask.length; i++) {
      label[i] = i;
    }
    for (boolean changed = true; changed; ) {
      changed = false;
      for (int pass = 0; pass < 2 * mask.length; pass++) {
        int i = pass < mask.length ? pass : 2 * mask.length - 1 - pass;
        for (int y = i / width - 1; y <= i / width + 1; y++) {
          for (int x = i % width - 1; x <= i % width + 1; x++) {
            boolean inside = y >= 0 && y < height && x >= 0 && x < width;
            if (inside && mask[i] && mask[y * width + x] && label[y * width + x] < label[i]) {
              label[i] = label[y * width + x];
              changed = true;
            }
          }
        }
      }
    }
    Map<Integer, List<Integer>> parts = new LinkedHashMap<>();
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        parts.computeIfAbsent(label[i], key -> new ArrayList<>()).add(i);
      }
    }
    return List.copyOf(parts.values());
  }
}
