package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PfaBoundTest {
  private static final MathContext DIGITS = new MathContext(60);

  @Test
  void exactEqualsATableOfHighPrecision() throws IOException {
    List<String> rows;
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                PfaBoundTest.class.getResourceAsStream("log10-chi-square-tail.csv"),
                StandardCharsets.UTF_8))) {
      rows = reader.lines().filter(line -> !line.startsWith("#")).toList();
    }
    assertTrue(rows.size() > 300);
    for (String row : rows) {
      String[] cells = row.split(",");
      double expected = Double.parseDouble(cells[2]);
      double actual =
          log10Pfa(PfaBound.EXACT, Integer.parseInt(cells[0]), Double.parseDouble(cells[1]), 1);
      assertEquals(expected, actual, 1e-9 * Math.abs(expected), row);
    }
  }

  /** d − log1p(d) loses nothing near d = 0, where t − 1 − log t has no digit left. */
  @Test
  void chernoffIsAccurateNearTheMean() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      int channels = 1 + random.nextInt(4096);
      double d = Math.scalb(1 + random.nextDouble(), -random.nextInt(40)) / 4;
      double energy = channels * (random.nextBoolean() ? 1 + d : 1 - d);
      double expected = -channels / 2.0 * exactExcess(energy, channels) / Math.log(10);
      double actual = log10Pfa(PfaBound.AS_RELEASED, channels, energy, 1);
      assertEquals(expected, actual, 2e-15 * Math.abs(expected), channels + " " + energy);
      assertEquals(
          energy > channels ? actual : 0.0, log10Pfa(PfaBound.CHERNOFF, channels, energy, 1));
    }
  }

  @Test
  void chernoffIsAboveTheExactTail() {
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      int channels = 1 + random.nextInt(1000);
      double energy = channels * 4 * random.nextDouble();
      assertTrue(
          log10Pfa(PfaBound.CHERNOFF, channels, energy, 3)
              >= log10Pfa(PfaBound.EXACT, channels, energy, 3),
          channels + " " + energy);
    }
  }

  @Test
  void extremes() {
    assertEquals(0, log10Pfa(PfaBound.CHERNOFF, 7, 7, 10));
    assertEquals(0, log10Pfa(PfaBound.AS_RELEASED, 7, 7, 10));
    assertEquals(0, log10Pfa(PfaBound.EXACT, 7, 0, 10));
    assertEquals(Double.NEGATIVE_INFINITY, log10Pfa(PfaBound.AS_RELEASED, 7, 0, 10));
    assertEquals(-0.5e38 / Math.log(10), log10Pfa(PfaBound.EXACT, 8, 1e38, 1), 1e24);
    assertEquals(-0.5e38 / Math.log(10), log10Pfa(PfaBound.CHERNOFF, 8, 1e38, 1), 1e24);
    assertEquals(
        30 * log10Pfa(PfaBound.EXACT, 8, 20, 1), log10Pfa(PfaBound.EXACT, 8, 20, 30), 1e-12);
  }

  @Test
  void numberOfTestsOfOnePixel() {
    assertEquals(Math.log10(0.316915 * 4.062570), NumberOfTests.log10(1), 1e-14);
    assertEquals(
        Math.log10(2 * 0.316915 * (4.062570 + Math.pow(4.062570, 2) / 2)),
        NumberOfTests.log10(2),
        1e-14);
    assertEquals(NumberOfTests.log10(784), NumberOfTests.log10(784, 1), 1e-12);
    assertEquals(
        Math.log10(30.0 * 20 * 0.316915 * Math.pow(4.062570, 5) / 5),
        NumberOfTests.log10BySize(20, 30, 5),
        1e-13);
  }

  /** The sum itself, in decimal arithmetic. */
  @Test
  void numberOfTestsEqualsTheSum() {
    for (int[] sizes : new int[][] {{3}, {48}, {49}, {100, 7}, {784, 196}, {2000, 2000, 1}}) {
      BigDecimal sum = BigDecimal.ZERO;
      for (int n : sizes) {
        BigDecimal inner = BigDecimal.ZERO;
        BigDecimal power = new BigDecimal("0.316915");
        for (int r = 1; r <= n; r++) {
          power = power.multiply(new BigDecimal("4.062570"), DIGITS);
          inner = inner.add(power.divide(BigDecimal.valueOf(r), DIGITS), DIGITS);
        }
        sum = sum.add(inner.multiply(BigDecimal.valueOf(n)), DIGITS);
      }
      int exponent = sum.precision() - sum.scale() - 1;
      double expected = exponent + Math.log10(sum.scaleByPowerOfTen(-exponent).doubleValue());
      assertEquals(expected, NumberOfTests.log10(sizes), 1e-12 * expected);
    }
  }

  @Test
  void numberOfTestsOutOfBounds() {
    var e = assertThrows(IllegalArgumentException.class, () -> NumberOfTests.log10(5, 0));
    assertTrue(e.getMessage().contains("pixels[1] must be 1 to"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> NumberOfTests.log10());
    assertThrows(IllegalArgumentException.class, () -> NumberOfTests.log10BySize(4, 3, 1));
  }

  /** d − log1p(d) by its series in s = d/(2 + d), in decimal arithmetic. */
  private static double exactExcess(double energy, int channels) {
    BigDecimal c = BigDecimal.valueOf(channels);
    BigDecimal d = new BigDecimal(energy).subtract(c).divide(c, DIGITS);
    BigDecimal s = d.divide(d.add(BigDecimal.valueOf(2)), DIGITS);
    BigDecimal s2 = s.multiply(s, DIGITS);
    BigDecimal log = BigDecimal.ZERO;
    BigDecimal power = s;
    for (int k = 1; k < 160; k += 2) {
      log = log.add(power.divide(BigDecimal.valueOf(k), DIGITS), DIGITS);
      power = power.multiply(s2, DIGITS);
    }
    BigDecimal excess = d.subtract(log.multiply(BigDecimal.valueOf(2)));
    return excess.round(new MathContext(30, RoundingMode.HALF_EVEN)).doubleValue();
  }

  private static double log10Pfa(PfaBound bound, int channels, double energy, int pixels) {
    double[] log10 = new double[1];
    FlowlineException.check(
        LibFlowline.flowline_log10_pfa(bound.code, channels, energy, pixels, log10));
    return log10[0];
  }
}
