package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IsotonicFitTest {
  /** The min-max formula: at i the largest, over starts, of the least mean, over ends. */
  @Test
  void theFitIsThatOfTheMinMaxFormula() {
    Random random = new Random(3);
    List<HitMiss> trials = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      trials.add(new HitMiss(1 + random.nextInt(15), random.nextInt(20) < 3 + i / 3));
    }
    IsotonicFit fit = IsotonicFit.of(trials);
    for (int size = 1; size <= 15; size++) {
      double expected = 0;
      for (int from = 1; from <= size; from++) {
        double least = 1;
        for (int to = size; to <= 15; to++) {
          least = Math.min(least, mean(trials, from, to));
        }
        expected = Math.max(expected, least);
      }
      double at = size;
      if (trials.stream().anyMatch(trial -> trial.size() == at)) {
        assertEquals(
            expected,
            fit.steps().stream()
                .filter(step -> step.from() <= at && at <= step.to())
                .findFirst()
                .orElseThrow()
                .pod(),
            1e-12,
            "size " + size);
      }
    }
  }

  private static double mean(List<HitMiss> trials, int from, int to) {
    List<HitMiss> some =
        trials.stream().filter(trial -> trial.size() >= from && trial.size() <= to).toList();
    return some.isEmpty() ? 1 : (double) some.stream().filter(HitMiss::found).count() / some.size();
  }

  @Test
  void theFirstStepOfAtLeastAPodHasTheSize() {
    List<HitMiss> trials =
        List.of(
            new HitMiss(2, false),
            new HitMiss(3, true),
            new HitMiss(4, false),
            new HitMiss(8, true),
            new HitMiss(9, true));
    IsotonicFit fit = IsotonicFit.of(trials);
    assertEquals(8, fit.size(0.9));
    assertEquals(3, fit.size(0.5));
    assertNull(IsotonicFit.of(trials.subList(0, 1)).size(0.9));
  }
}
