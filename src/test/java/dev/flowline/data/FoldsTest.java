package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldsTest {
  @Test
  void everyImageIsInOneFoldAndFoldsAreEven() {
    List<Integer> alone = IntStream.range(0, 23).boxed().toList();
    Folds folds = Folds.of(alone, 5, 1);
    assertEquals(5, folds.count());
    assertEquals(23, folds.images());
    List<Integer> all = new ArrayList<>();
    for (int fold = 0; fold < folds.count(); fold++) {
      int size = folds.held().get(fold).size();
      assertTrue(size == 4 || size == 5, "fold of " + size);
      List<Integer> both = new ArrayList<>(folds.outside(fold));
      both.addAll(folds.held().get(fold));
      assertEquals(alone, both.stream().sorted().toList());
      all.addAll(folds.held().get(fold));
    }
    assertEquals(alone, all.stream().sorted().toList());
    assertEquals(folds, Folds.of(alone, 5, 1));
    assertNotEquals(folds, Folds.of(alone, 5, 2));
  }

  /** Twins across folds would make promises void. */
  @Test
  void imagesOfAGroupAreInOneFold() {
    List<String> groups = List.of("a", "b", "a", "c", "a", "d", "b", "e", "f", "a");
    for (long seed = 0; seed < 20; seed++) {
      Folds folds = Folds.of(groups, 3, seed);
      for (String group : groups) {
        long foldsOfGroup =
            folds.held().stream()
                .filter(held -> held.stream().anyMatch(i -> groups.get(i).equals(group)))
                .count();
        assertEquals(1, foldsOfGroup, group + " with seed " + seed);
      }
      assertEquals(4, folds.largest(), "the four of a are the largest fold");
    }
  }

  @Test
  void fewerGroupsThanFoldsAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> Folds.of(List.of("a", "a", "b", "b"), 3, 0));
    assertTrue(refused.getMessage().contains("2 to the number of images that differ, 2, got 3"));
    assertThrows(IllegalArgumentException.class, () -> Folds.of(List.of("a", "b"), 1, 0));
  }
}
