package dev.flowline.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ConnectedComponentsTest {
  private static boolean[] mask(String... rows) {
    String all = String.join("", rows);
    boolean[] mask = new boolean[all.length()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = all.charAt(i) == '#';
    }
    return mask;
  }

  @Test
  void diagonalsJoinOnlyWithEight() {
    boolean[] mask = mask("#..#", ".#..", "...#");
    ConnectedComponents four = ConnectedComponents.of(mask, 4, 4);
    ConnectedComponents eight = ConnectedComponents.of(mask, 4, 8);
    assertArrayEquals(new int[] {1, 1, 1, 1}, four.areas());
    assertArrayEquals(new int[] {2, 1, 1}, eight.areas());
    assertArrayEquals(new int[] {1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 3}, eight.labels());
  }

  @Test
  void doNotWrapAroundTheEdge() {
    assertEquals(2, ConnectedComponents.of(mask("..#", "#.."), 3, 8).count());
  }

  @Test
  void fullAndEmpty() {
    boolean[] full = new boolean[200 * 300];
    Arrays.fill(full, true);
    assertArrayEquals(new int[] {60000}, ConnectedComponents.of(full, 300, 4).areas());
    assertEquals(0, ConnectedComponents.of(new boolean[6], 2, 8).count());
  }

  @Test
  void refuseOtherNeighbourhoods() {
    assertThrows(
        IllegalArgumentException.class, () -> ConnectedComponents.of(new boolean[4], 2, 6));
    assertThrows(
        IllegalArgumentException.class, () -> ConnectedComponents.of(new boolean[4], 3, 8));
  }
}
