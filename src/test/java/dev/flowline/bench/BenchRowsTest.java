package dev.flowline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.engine.EngineKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchRowsTest {
  private static final BenchSetting SETTING = new BenchSetting(EngineKind.LIBTORCH, 1, 1, 1);

  private static BenchRows rows(int rounds, double seconds, int least) {
    return new BenchRows(List.of(SETTING), rounds, seconds, least);
  }

  /** A percentile is of a number of inspections, however slow they are. */
  @Test
  void visitsTakeTheTimeOrTheLeastImages() {
    assertEquals(50, rows(4, 2, 0).imagesPerVisit(100, 1));
    assertEquals(50, rows(4, 2, 120).imagesPerVisit(100, 1));
    assertEquals(30, rows(4, 2, 120).imagesPerVisit(10, 1));
    assertEquals(31, rows(4, 2, 121).imagesPerVisit(10, 1));
    assertEquals(1, rows(4, 0.1, 0).imagesPerVisit(1, 1));
    assertEquals(8, rows(2, 0.1, 9).imagesPerVisit(1, 8));
    assertEquals(16, rows(2, 0.1, 17).imagesPerVisit(1, 8));
  }

  @Test
  void aRowStandsOnceAndBoundsAreKept() {
    assertEquals(1, new BenchRows(List.of(SETTING, SETTING), 2, 1, 0).settings().size());
    assertThrows(IllegalArgumentException.class, () -> new BenchRows(List.of(), 2, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> rows(1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> rows(2, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> rows(2, 1, -1));
  }
}
