package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static List<String> labels(Axis axis, int about) {
    return axis.ticks(about).stream().map(Axis.Tick::label).toList();
  }

  @Test
  void linear() {
    Axis axis = Axis.linear(-1, 3);
    assertEquals(0.25, axis.share(0));
    assertEquals(List.of("−1", "0", "1", "2", "3"), labels(axis, 5));
    assertEquals(List.of("0.00", "0.05", "0.10"), labels(Axis.linear(0, 0.12), 3));
    assertEquals(1, Axis.linear(2, 2).share(3), "no width is one");
  }

  @Test
  void logarithmic() {
    Axis axis = Axis.logarithmic(0.01, 100);
    assertEquals(0.5, axis.share(1), 1e-12);
    assertEquals(0, axis.share(0.001), "what is below lies at the low end");
    assertEquals(0, axis.share(0), "nothing, too");
    assertEquals(List.of("0.01", "0.1", "1", "10", "100"), labels(axis, 5));
    assertEquals(List.of("0.01", "0.03", "0.1", "0.3", "1"), labels(Axis.logarithmic(0.008, 1), 6));
    assertEquals(List.of("0.9", "1.0", "1.1"), labels(Axis.logarithmic(0.9, 1.15), 3));
    assertEquals(List.of("1e−6", "1e−5"), labels(Axis.logarithmic(1e-6, 9e-5), 2));
    assertThrows(IllegalArgumentException.class, () -> Axis.logarithmic(0, 1));
  }

  @Test
  void anyRangeHasAFewTicks() {
    for (double low : new double[] {1e-6, 0.013, 0.4, 0.9}) {
      for (double factor : new double[] {1.3, 2, 7, 40, 1e4, 1e12}) {
        List<Axis.Tick> ticks = Axis.logarithmic(low, low * factor).ticks(6);
        assertTrue(ticks.size() >= 2 && ticks.size() <= 7, low + " " + factor + " " + ticks);
        for (Axis.Tick tick : ticks) {
          assertTrue(tick.value() >= low * 0.999 && tick.value() <= low * factor * 1.001);
        }
      }
    }
  }
}
