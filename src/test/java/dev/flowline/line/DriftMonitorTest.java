package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftMonitorTest {
  private static final long SEED = 20261128;
  private static final List<String> NAMES = List.of("a", "b", "c");

  /** Statistics that depend on each other, as those of one part do. */
  private static List<Double> part(Random random, double shift) {
    double common = random.nextGaussian();
    return List.of(
        shift + common + 0.3 * random.nextGaussian(), Math.exp(common), random.nextGaussian());
  }

  private static List<List<Double>> reference(Random random, int size) {
    List<List<Double>> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      rows.add(part(random, 0));
    }
    return rows;
  }

  @Test
  void aBetPaysOneOnAverageOverTheRanksAlsoWithTies() {
    Random random = new Random(SEED);
    for (int trial = 0; trial < 200; trial++) {
      List<Double> all = new ArrayList<>();
      int of = 1 + random.nextInt(40);
      for (int i = 0; i < of; i++) {
        all.add((double) random.nextInt(1 + random.nextInt(40)));
      }
      for (boolean low : new boolean[] {false, true}) {
        double sum = 0;
        for (int i = 0; i < of; i++) { // each could have been the last one
          List<Double> others = new ArrayList<>(all);
          double value = others.remove(i);
          others.sort(null);
          sum += DriftMonitor.Rank.of(value, others).payoff(low, DriftMonitor.Rank.stakes(of));
        }
        assertEquals(1, sum / of, 1e-12);
      }
    }
  }

  /** The definition, without anything sorted or kept. */
  @Test
  void isTheSlowDefinition() {
    Random random = new Random(SEED);
    List<List<Double>> all = reference(random, 12);
    DriftMonitor monitor = new DriftMonitor(NAMES, all, 50);
    double[] evidence = new double[6];
    for (int part = 0; part < 60; part++) {
      List<Double> next = part(random, part > 30 ? 2 : 0);
      double mean = 0;
      for (int bet = 0; bet < 6; bet++) {
        int s = bet / 2;
        double sign = bet % 2 == 0 ? -1 : 1;
        int ahead = 0;
        for (List<Double> before : all) {
          ahead += sign * before.get(s) < sign * next.get(s) ? 1 : 0;
        }
        double total = 0;
        for (int r = 0; r <= all.size(); r++) {
          total += Math.pow((r + 0.5) / (all.size() + 1), -0.5);
        }
        double payoff = Math.pow((ahead + 0.5) / (all.size() + 1), -0.5) * (all.size() + 1) / total;
        evidence[bet] = (1 + evidence[bet]) * payoff;
        mean += evidence[bet] / 6;
      }
      all.add(next);
      Drift drift = monitor.add(next);
      if (mean / 50 >= 1) {
        assertTrue(drift.told(), "part " + part);
        assertEquals(part + 1, drift.atPart());
        assertEquals(mean / 50, drift.evidence(), 1e-9);
        return;
      }
      assertFalse(drift.told(), "part " + part);
      assertEquals(mean / 50, drift.evidence(), 1e-9);
    }
    throw new AssertionError("a shift by two deviations was not told");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 30, 100})
  void falseAlarmsAreAsRareAsStated(int size) {
    Random random = new Random(SEED + size);
    int averageRunLength = 100;
    int runs = 300;
    double sum = 0;
    double squares = 0;
    for (int run = 0; run < runs; run++) {
      DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, size), averageRunLength);
      int parts = 0;
      while (parts < 2000 && !monitor.add(part(random, 0)).told()) {
        parts++;
      }
      sum += parts;
      squares += (double) parts * parts;
    }
    double mean = sum / runs;
    double error = Math.sqrt((squares / runs - mean * mean) / runs);
    assertTrue(
        mean + 3 * error >= averageRunLength, "seed %d: %s ± %s".formatted(SEED, mean, error));
  }

  @Test
  void aShiftIsToldWithinAFewParts() {
    Random random = new Random(SEED);
    List<Long> delays = new ArrayList<>();
    for (int run = 0; run < 50; run++) {
      DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, 30), 1000);
      for (int i = 0; i < 50; i++) {
        monitor.add(part(random, 0));
      }
      Drift drift = monitor.state();
      while (!drift.told() && drift.parts() < 500) {
        drift = monitor.add(part(random, -3));
      }
      assertTrue(drift.told(), "run " + run);
      if (drift.atPart() > 50) {
        assertEquals("a", drift.statistic());
        assertEquals(Drift.Direction.LOWER, drift.direction());
        delays.add(drift.atPart() - 50);
      }
    }
    assertTrue(delays.size() > 40);
    delays.sort(null);
    assertTrue(delays.get(delays.size() / 2) <= 12, "median of " + delays);
  }

  @Test
  void aSlowDriftIsToldToo() {
    Random random = new Random(SEED);
    DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, 30), 1000);
    Drift drift = monitor.state();
    for (int i = 0; i < 2000 && !drift.told(); i++) {
      drift = monitor.add(part(random, 0.01 * i));
    }
    assertTrue(drift.told() && drift.parts() < 500, drift.toString());
    assertEquals(Drift.Direction.HIGHER, drift.direction());
  }

  @Test
  void whatIsToldStaysTold() {
    Random random = new Random(SEED);
    DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, 30), 20);
    while (!monitor.add(part(random, 5)).told()) {}
    Drift told = monitor.state();
    for (int i = 0; i < 50; i++) {
      monitor.add(part(random, 0));
    }
    assertTrue(monitor.state().told());
    assertEquals(told.atPart(), monitor.state().atPart());
    assertEquals(told.parts() + 50, monitor.state().parts());
  }

  @Test
  void refusesWhatItCannotJudge() {
    List<List<Double>> rows = reference(new Random(SEED), 3);
    assertThrows(
        IllegalArgumentException.class, () -> new DriftMonitor(NAMES, rows.subList(0, 1), 100));
    assertThrows(IllegalArgumentException.class, () -> new DriftMonitor(NAMES, rows, 1));
    DriftMonitor monitor = new DriftMonitor(NAMES, rows, 100);
    assertThrows(IllegalArgumentException.class, () -> monitor.add(List.of(1.0, 2.0)));
    assertThrows(IllegalArgumentException.class, () -> monitor.add(List.of(1.0, 2.0, Double.NaN)));
  }
}
