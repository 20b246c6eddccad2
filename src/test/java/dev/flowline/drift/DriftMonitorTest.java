package dev.flowline.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriftMonitorTest {
  private static final long SEED = 20261128;
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final double NEVER = 1e15;

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

  private static List<List<Double>> rows(List<Double> values) {
    return values.stream().map(List::of).toList();
  }

  /** Whatever came before, over all slots that the next part may take. */
  @Test
  void anEValueIsOneOnAverage() {
    Random random = new Random(SEED);
    for (int trial = 0; trial < 200; trial++) {
      int size = 2 + random.nextInt(20);
      var direction = Drift.Direction.values()[trial % 2];
      ConformalEDetector detector =
          new ConformalEDetector(direction, size, 3 * random.nextDouble());
      List<Boolean> ofReference = new ArrayList<>(Collections.nCopies(size, true)); // ascending
      double skew = random.nextDouble();
      for (int part = 0; part < 30; part++) {
        double sum = 0;
        for (int slot = 0; slot <= ofReference.size(); slot++) {
          sum += detector.eValue(place(ofReference, slot));
        }
        assertEquals(1, sum / (ofReference.size() + 1), 1e-12);
        int taken = (int) (Math.pow(random.nextDouble(), skew) * (ofReference.size() + 1));
        detector.take(place(ofReference, taken), 0);
        ofReference.add(taken, false);
      }
    }
  }

  private static int place(List<Boolean> ofReference, int slot) {
    return Collections.frequency(ofReference.subList(0, slot), true);
  }

  /** The evidenceOfAll after t parts are t on average over all orders of the rows. */
  @Test
  void evidenceLessItsTimeIsAMartingale() {
    int reference = 3;
    int parts = 4;
    double[] sum = new double[2];
    permute(
        new ArrayList<>(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)),
        0,
        order -> {
          var monitor = new DriftMonitor(List.of("a"), rows(order.subList(0, reference)), NEVER);
          rows(order.subList(reference, reference + parts)).forEach(monitor::add);
          sum[0] += monitor.state().evidence() * (2 * NEVER - 1);
          sum[1]++;
        });
    assertEquals(5040, sum[1]);
    assertEquals(parts, sum[0] / sum[1], 1e-9);
  }

  private static void permute(
      List<Double> values, int from, java.util.function.Consumer<List<Double>> each) {
    if (from == values.size()) {
      each.accept(List.copyOf(values));
    }
    for (int i = from; i < values.size(); i++) {
      Collections.swap(values, from, i);
      permute(values, from + 1, each);
      Collections.swap(values, from, i);
    }
  }

  /** By definition: every slot looked at, every part a possible beginning of a change. */
  @Test
  void isTheSlowDefinition() {
    Random random = new Random(SEED);
    double averageRunLength = 50;
    List<List<Double>> reference = reference(random, 12);
    DriftMonitor monitor = new DriftMonitor(NAMES, reference, averageRunLength);
    List<List<Double>> parts = new ArrayList<>();
    boolean detected = false;
    while (!detected && parts.size() < 200) {
      parts.add(part(random, parts.size() > 30 ? 2 : 0));
      double most = 0;
      for (int s = 0; s < NAMES.size(); s++) {
        double evidenceOfAll = 0;
        for (double exponent : new double[] {0.5, 1, 2}) {
          evidenceOfAll += slowEvidence(column(reference, s), column(parts, s), exponent, 1) / 6;
          evidenceOfAll += slowEvidence(column(reference, s), column(parts, s), exponent, -1) / 6;
        }
        most = Math.max(most, evidenceOfAll);
      }
      detected = most >= NAMES.size() * (2 * averageRunLength - 1);
      Drift drift = monitor.add(parts.get(parts.size() - 1));
      assertEquals(detected, drift.detected(), "part " + parts.size());
      double evidence = most / (NAMES.size() * (2 * averageRunLength - 1));
      assertEquals(evidence, drift.evidence(), 1e-9 * evidence);
    }
    Drift drift = monitor.state();
    assertTrue(drift.detected());
    assertEquals(parts.size(), drift.detectedAtPart());
    assertEquals(31, drift.changeAtPart(), 5, drift.toString());
    List<Double> since =
        column(parts, 0).subList(drift.changeAtPart().intValue() - 1, parts.size());
    assertEquals(mean(since), drift.meanSinceChange(), 1e-12);
    assertEquals(mean(column(reference, 0)), drift.meanAtCalibration(), 1e-12);
  }

  private static List<Double> column(List<List<Double>> rows, int statistic) {
    return rows.stream().map(row -> row.get(statistic)).toList();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }

  /**
   * @param sign 1 for higher values, −1 for lower ones
   */
  private static double slowEvidence(
      List<Double> reference, List<Double> parts, double exponent, int sign) {
    double evidenceOfAll = 0;
    double[] eValues = new double[parts.size()];
    for (int t = 0; t < parts.size(); t++) {
      List<Double> before = new ArrayList<>(reference);
      before.addAll(parts.subList(0, t));
      before.replaceAll(value -> sign * value);
      before.sort(null);
      double total = weight(reference, sign * Double.MAX_VALUE, exponent, sign);
      for (double value : before) { // the slot just below each
        total += weight(reference, sign * Math.nextDown(value), exponent, sign);
      }
      double mine = weight(reference, parts.get(t), exponent, sign);
      eValues[t] = mine * (before.size() + 1) / total;
    }
    for (int begin = 0; begin < parts.size(); begin++) {
      double product = 1;
      for (int t = begin; t < parts.size(); t++) {
        product *= eValues[t];
      }
      evidenceOfAll += product;
    }
    return evidenceOfAll;
  }

  private static double weight(List<Double> reference, double value, double exponent, int sign) {
    long beyond = reference.stream().filter(other -> sign * other > sign * value).count();
    return Math.pow(1 + beyond, -exponent);
  }

  /** Also of values of which many are equal. */
  @ParameterizedTest
  @CsvSource({"10, 0", "30, 0", "100, 0", "10, 1", "30, 1"})
  void falseAlarmsAreAsRareAsStated(int size, double rounded) {
    Random random = new Random(SEED + size);
    int averageRunLength = 50;
    int runs = 400;
    int cap = 20 * averageRunLength;
    double sum = 0;
    double squares = 0;
    int early = 0;
    for (int run = 0; run < runs; run++) {
      List<List<Double>> calibration =
          reference(random, size).stream().map(row -> rounded(row, rounded)).toList();
      DriftMonitor monitor = new DriftMonitor(NAMES, calibration, averageRunLength);
      int parts = 1;
      while (parts < cap && !monitor.add(rounded(part(random, 0), rounded)).detected()) {
        parts++;
      }
      sum += parts;
      squares += (double) parts * parts;
      early += parts <= averageRunLength ? 1 : 0;
    }
    double mean = sum / runs;
    double error = Math.sqrt((squares / runs - mean * mean) / runs);
    assertTrue(mean - 3 * error >= averageRunLength, mean + " ± " + error);
    double bound = averageRunLength / (2.0 * averageRunLength - 1);
    double share = (double) early / runs;
    assertTrue(share <= bound + 3 * Math.sqrt(bound * (1 - bound) / runs), "early " + share);
  }

  private static List<Double> rounded(List<Double> row, double step) {
    return step == 0 ? row : row.stream().map(v -> Math.rint(v / step) * step).toList();
  }

  @Test
  void equalValuesTakeEveryPlaceBetweenThemByLot() {
    double[] calibration = new double[100]; // 25 below, 50 equal, 25 above
    Arrays.fill(calibration, 0, 25, -1);
    Arrays.fill(calibration, 75, 100, 1);
    DriftStatistic statistic = new DriftStatistic(calibration);
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      places.add(statistic.rank(i % 2 == 0 ? 0.0 : -0.0));
    }
    assertEquals(25, Collections.min(places));
    assertEquals(75, Collections.max(places));
    assertEquals(51, places.size());
    assertEquals(25, statistic.rank(-0.5));
    assertEquals(75, statistic.rank(0.5));
  }

  @Test
  void equalValuesAreNoDrift() {
    List<Double> same = List.of(0.0, 1.0, 2.0);
    DriftMonitor monitor = new DriftMonitor(NAMES, Collections.nCopies(20, same), 1000);
    List<Double> negativeZero = List.of(-0.0, 1.0, 2.0);
    for (int i = 0; i < 500; i++) {
      monitor.add(i % 2 == 0 ? same : negativeZero);
    }
    assertFalse(monitor.state().detected(), monitor.state().toString());
  }

  /** Ten images are enough for a change that brings parts beyond all of them, from the first on. */
  @ParameterizedTest
  @ValueSource(ints = {10, 30, 100})
  void aChangeSinceTheCalibrationIsToldWithinAFewParts(int size) {
    Random random = new Random(SEED);
    for (int run = 0; run < 50; run++) {
      DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, size), 1000);
      while (!monitor.state().detected() && monitor.state().parts() < 100) {
        monitor.add(part(random, 6));
      }
      Drift drift = monitor.state();
      assertTrue(drift.detected() && drift.parts() <= 20, "run " + run + ": " + drift);
      assertEquals(1, drift.changeAtPart());
      assertEquals("a", drift.statistic());
      assertEquals(Drift.Direction.HIGHER, drift.direction());
    }
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
      while (!drift.detected() && drift.parts() < 500) {
        drift = monitor.add(part(random, -3));
      }
      assertTrue(drift.detected(), "run " + run);
      if (drift.detectedAtPart() > 50) {
        assertEquals("a", drift.statistic());
        assertEquals(Drift.Direction.LOWER, drift.direction());
        assertEquals(51, drift.changeAtPart(), 10);
        assertEquals(-3, drift.meanSinceChange(), 1.5);
        delays.add(drift.detectedAtPart() - 50);
      }
    }
    assertTrue(delays.size() >= 48, delays.size() + " of 50");
    delays.sort(null);
    assertTrue(delays.get(delays.size() / 2) <= 12, "median of " + delays);
  }

  @Test
  void aSlowDriftIsToldToo() {
    Random random = new Random(SEED);
    DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, 30), 1000);
    Drift drift = monitor.state();
    for (int i = 0; i < 2000 && !drift.detected(); i++) {
      drift = monitor.add(part(random, 0.01 * i));
    }
    assertTrue(drift.detected() && drift.parts() < 500, drift.toString());
    assertEquals(Drift.Direction.HIGHER, drift.direction());
  }

  /** What the parts before have been does not make it blind. */
  @Test
  void aChangeAfterTenThousandPartsIsToldAsSoon() {
    Random random = new Random(SEED);
    DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, 30), 1e6);
    for (int i = 0; i < 10_000; i++) {
      assertFalse(monitor.add(part(random, 0)).detected());
    }
    while (!monitor.add(part(random, 3)).detected()) {
      assertTrue(monitor.state().parts() < 10_030, monitor.state().toString());
    }
  }

  @Test
  void whatIsToldStaysTold() {
    Random random = new Random(SEED);
    DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, 30), 20);
    while (!monitor.add(part(random, 5)).detected()) {}
    Drift detected = monitor.state();
    for (int i = 0; i < 50; i++) {
      monitor.add(part(random, 0));
    }
    assertEquals(detected.after(detected.parts() + 50), monitor.state());
  }

  @Test
  void theStateHasAJsonForm() {
    Random random = new Random(SEED);
    DriftMonitor monitor = new DriftMonitor(NAMES, reference(random, 30), 1000);
    JsonNode before = new ObjectMapper().valueToTree(monitor.state());
    assertFalse(before.path("detected").asBoolean(true));
    assertFalse(before.has("detectedAtPart") || before.has("changeAtPart"));
    assertEquals(before.path("meanAtCalibration"), before.path("meanSinceChange"));
    while (!monitor.add(part(random, 5)).detected()) {}
    JsonNode detected = new ObjectMapper().valueToTree(monitor.state());
    assertTrue(detected.path("detected").asBoolean());
    assertEquals(detected.path("parts"), detected.path("detectedAtPart"));
    assertEquals(1, detected.path("changeAtPart").asInt());
    assertEquals("a", detected.path("statistic").asText());
    assertEquals("HIGHER", detected.path("direction").asText());
    assertTrue(detected.path("evidence").asDouble() >= 1);
  }

  @Test
  void refusesWhatItCannotJudge() {
    List<List<Double>> rows = reference(new Random(SEED), 3);
    assertThrows(
        IllegalArgumentException.class, () -> new DriftMonitor(NAMES, rows.subList(0, 1), 100));
    for (double wrong : new double[] {1, -5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new DriftMonitor(NAMES, rows, wrong));
    }
    DriftMonitor monitor = new DriftMonitor(NAMES, rows, 100);
    assertThrows(IllegalArgumentException.class, () -> monitor.add(List.of(1.0, 2.0)));
    assertThrows(IllegalArgumentException.class, () -> monitor.add(List.of(1.0, 2.0, Double.NaN)));
    assertEquals(0, monitor.state().parts());
  }
}
