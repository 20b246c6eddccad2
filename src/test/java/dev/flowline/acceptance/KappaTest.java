package dev.flowline.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KappaTest {
  /** The worked examples of Wikipedia's article on Cohen's kappa. */
  @Test
  void cohensKappaOfPublishedTables() {
    assertEquals(0.4, cohen(20, 5, 10, 15), 1e-12);
    assertEquals(0.1304, cohen(45, 15, 25, 15), 5e-5);
    assertEquals(0.2593, cohen(25, 35, 5, 35), 5e-5);
  }

  private static double cohen(int yesYes, int yesNo, int noYes, int noNo) {
    List<Boolean> first = new ArrayList<>();
    List<Boolean> second = new ArrayList<>();
    int[] counts = {yesYes, yesNo, noYes, noNo};
    for (int cell = 0; cell < 4; cell++) {
      first.addAll(Collections.nCopies(counts[cell], cell < 2));
      second.addAll(Collections.nCopies(counts[cell], cell % 2 == 0));
    }
    return Kappa.cohen(first, second);
  }

  /** The worked example of Wikipedia's article on Fleiss' kappa: 14 raters, 5 categories. */
  @Test
  void fleissKappaOfAPublishedTable() {
    int[][] table = {
      {0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
      {7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}
    };
    List<List<Integer>> parts = new ArrayList<>();
    for (int[] row : table) {
      List<Integer> part = new ArrayList<>();
      for (int category = 0; category < row.length; category++) {
        part.addAll(Collections.nCopies(row[category], category));
      }
      parts.add(part);
    }
    assertEquals(0.210, Kappa.fleiss(parts), 5e-4);
  }

  @Test
  void oneDecisionThroughoutHasNoKappa() {
    assertEquals(Double.NaN, Kappa.cohen(List.of(1, 1), List.of(1, 1)));
    assertEquals(Double.NaN, Kappa.fleiss(List.of(List.of(1, 1, 1))));
    assertEquals(Double.NaN, Kappa.fleiss(List.of()));
    assertEquals(Double.NaN, Kappa.cohen(List.of(), List.of()));
  }

  @Test
  void refusesListsOfOtherLengths() {
    assertThrows(IllegalArgumentException.class, () -> Kappa.cohen(List.of(1), List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> Kappa.fleiss(List.of(List.of(1, 1), List.of(1))));
    assertThrows(IllegalArgumentException.class, () -> Kappa.fleiss(List.of(List.of(1))));
  }

  /** Agreement of chance is counted out: every decision of one against every one of the other. */
  @Test
  void randomListsAgreeWithCountingPairs() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int n = 2 + random.nextInt(30);
      int raters = 2 + random.nextInt(4);
      List<List<Integer>> parts = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        parts.add(random.ints(raters, 0, 3).boxed().toList());
      }
      List<Integer> first = parts.stream().map(part -> part.get(0)).toList();
      List<Integer> second = parts.stream().map(part -> part.get(1)).toList();
      String of = "seed " + seed + ", round " + round;
      assertEquals(slowCohen(first, second), Kappa.cohen(first, second), 1e-9, of);
      assertEquals(slowFleiss(parts), Kappa.fleiss(parts), 1e-9, of);
    }
  }

  private static double slowCohen(List<Integer> first, List<Integer> second) {
    double same = 0;
    double chance = 0;
    int n = first.size();
    for (int i = 0; i < n; i++) {
      same += first.get(i).equals(second.get(i)) ? 1.0 / n : 0;
      for (int j = 0; j < n; j++) {
        chance += first.get(i).equals(second.get(j)) ? 1.0 / n / n : 0;
      }
    }
    return chance > 1 - 1e-12 ? Double.NaN : 1 - (1 - same) / (1 - chance);
  }

  private static double slowFleiss(List<List<Integer>> parts) {
    List<Integer> all = parts.stream().flatMap(List::stream).toList();
    double same = 0;
    int pairs = 0;
    for (List<Integer> part : parts) {
      for (int i = 0; i < part.size(); i++) {
        for (int j = 0; j < i; j++) {
          same += part.get(i).equals(part.get(j)) ? 1 : 0;
          pairs++;
        }
      }
    }
    double chance = 0;
    for (Integer one : all) {
      for (Integer other : all) {
        chance += one.equals(other) ? 1.0 / all.size() / all.size() : 0;
      }
    }
    return chance > 1 - 1e-12 ? Double.NaN : 1 - (1 - same / pairs) / (1 - chance);
  }
}
