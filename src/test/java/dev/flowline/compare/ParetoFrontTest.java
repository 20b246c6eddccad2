package dev.flowline.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
  private record Thing(int number, double millis, double quality) {}

  private static ParetoFront<Thing> front(List<Thing> things) {
    return ParetoFront.of(things, Thing::millis, Thing::quality);
  }

  /** Few values make many ties, which are what goes wrong. */
  @Test
  void theFrontIsThatOfASlowSearch() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      List<Thing> things = new ArrayList<>();
      int values = 2 + random.nextInt(8);
      for (int i = random.nextInt(14); i > 0; i--) {
        double millis = random.nextInt(9) == 0 ? Double.NaN : random.nextInt(values);
        double quality = random.nextInt(9) == 0 ? Double.NaN : random.nextInt(values);
        things.add(new Thing(i, millis, quality));
      }
      List<Thing> slow =
          things.stream()
              .filter(thing -> !Double.isNaN(thing.millis) && !Double.isNaN(thing.quality))
              .filter(thing -> things.stream().noneMatch(other -> beats(other, thing)))
              .sorted(Comparator.comparingDouble(Thing::millis))
              .toList();
      assertEquals(slow, front(things).things(), "seed " + seed + " " + things);
    }
  }

  private static boolean beats(Thing one, Thing other) {
    return one.millis <= other.millis
        && one.quality >= other.quality
        && (one.millis < other.millis || one.quality > other.quality);
  }

  @Test
  void ofNothingItIsEmpty() {
    assertEquals(List.of(), front(List.of()).points());
    assertEquals(List.of(), front(List.of(new Thing(1, Double.NaN, 3))).points());
  }
}
