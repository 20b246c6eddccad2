package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.data.synthesis.DefectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlindPlacesTest {
  /** Defects all over; none is found in the upper left quarter of some studies. */
  private static BlindPlaces places(long seed, boolean blind) {
    Random random = new Random(seed);
    List<DefectTrial> trials = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      double size = 2 * Math.pow(40, random.nextDouble());
      double x = random.nextDouble();
      double y = random.nextDouble();
      boolean found = random.nextDouble() < size * size / (size * size + 100);
      boolean seen = !blind || x > 0.5 || y > 0.5;
      trials.add(new DefectTrial(DefectKind.SPOT, 0.2, 0.2, size, x, y, "a.png", found && seen));
    }
    return BlindPlaces.of(trials, List.of(KindCurve.of(DefectKind.SPOT, 0.2, trials)));
  }

  @Test
  void aBlindQuarterIsSeen() {
    BlindPlaces places = places(1, true);
    assertEquals(6, places.rows());
    int inside = 0;
    for (int i = 0; i < 36; i++) {
      boolean quarter = i % 6 < 3 && i / 6 < 3;
      boolean marked = places.cells().get(i).blind();
      inside += quarter && marked ? 1 : 0;
      assertTrue(quarter || !marked, "cell " + i);
    }
    assertTrue(inside >= 5, inside + " of 9");
    assertEquals(inside, places.blind());
    assertEquals(600, places.cells().stream().mapToInt(BlindPlaces.PlaceCell::defects).sum());
  }

  /** At most one of twenty studies without a blind place shows one. */
  @Test
  void chanceIsNotTakenForBlindness() {
    int shown = 0;
    for (int seed = 0; seed < 100; seed++) {
      shown += places(seed, false).blind() > 0 ? 1 : 0;
    }
    assertTrue(shown <= 9, shown + " of 100");
  }

  @Test
  void asManyAreExpectedAsAreFound() {
    BlindPlaces places = places(3, false);
    double expected = places.cells().stream().mapToDouble(BlindPlaces.PlaceCell::expected).sum();
    int found = places.cells().stream().mapToInt(BlindPlaces.PlaceCell::found).sum();
    assertEquals(found, expected, 1e-6); // the score of the intercept is 0
  }
}
