package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static List<String> ranked(TuneRow... rows) {
    return ranked(1000, rows);
  }

  private static List<String> ranked(double takt, TuneRow... rows) {
    return Ranking.bestFirst(List.of(rows), takt).stream().map(TuneRow::label).toList();
  }

  @Test
  void theBestIsFirstAndTheFrontBeforeWhatItBeats() {
    TuneRow slow = MadeRows.row("slow", 50, 0.9, 0.8);
    TuneRow beaten = MadeRows.row("beaten", 60, 0.85, 0.99);
    TuneRow fast = MadeRows.row("fast", 5, 0.2, 0.6);
    TuneRow middle = MadeRows.row("middle", 20, 0.6, 0.7);
    assertEquals(List.of("slow", "middle", "fast", "beaten"), ranked(fast, beaten, middle, slow));
  }

  /** The candidate that finds most would go on alone if it were not too slow. */
  @Test
  void whatMissesTheTaktComesBehindAllThatKeepIt() {
    TuneRow late = MadeRows.row("late", 60, 1, 1);
    TuneRow later = MadeRows.row("later", 70, 1, 1);
    TuneRow good = MadeRows.row("good", 50, 0.6, 0.7);
    TuneRow fast = MadeRows.row("fast", 5, 0.2, 0.6);
    assertEquals(List.of("good", "fast", "late", "later"), ranked(50, late, later, fast, good));
    assertEquals(List.of("late", "good", "fast", "later"), ranked(1, later, fast, good, late));
  }

  @Test
  void ofEquallyManyFoundTheHigherAurocAndThenTheFasterIsFirst() {
    assertEquals(
        List.of("high", "low"),
        ranked(MadeRows.row("low", 10, 0.5, 0.7), MadeRows.row("high", 10, 0.5, 0.9)));
    assertEquals(
        List.of("a", "b"),
        ranked(MadeRows.row("b", 10, 0.5, 0.7), MadeRows.row("a", 10, 0.5, 0.7)));
  }

  @Test
  void whatFailedHasNoPlace() {
    assertTrue(ranked(MadeRows.failed("broken")).isEmpty());
    assertEquals(List.of("a"), ranked(MadeRows.failed("broken"), MadeRows.row("a", 1, 0, 0.1)));
  }

  @Test
  void theChoiceFindsMostOfThoseThatKeepTheTakt() {
    List<TuneRow> rows =
        List.of(
            MadeRows.row("late", 51, 1, 1),
            MadeRows.row("best", 50, 0.7, 0.6),
            MadeRows.row("fast", 10, 0.6, 0.9),
            MadeRows.failed("broken"));
    assertEquals("best", TuneChoice.best(rows, 50).orElseThrow().label());
    assertEquals("fast", TuneChoice.best(rows, 49).orElseThrow().label());
    assertTrue(TuneChoice.best(rows, 9).isEmpty());
  }
}
