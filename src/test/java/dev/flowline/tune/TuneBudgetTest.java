package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TuneBudgetTest {
  @Test
  void stepsAddUpAndTheirSumIsAgainstTheWhole() {
    Map<String, StepTime> steps = new HashMap<>();
    TuneBudget budget = new TuneBudget(100, steps);
    assertTrue(budget.allows(100));
    assertFalse(budget.allows(100.1));
    budget.spend("a", 30);
    budget.spend("b", 50);
    assertEquals(80, budget.spent());
    assertEquals(20, budget.left());
    assertTrue(budget.allows(20));
    assertFalse(budget.allows(20.1));
    assertEquals(Set.of("a", "b"), steps.keySet(), "what the ledger keeps");
  }

  /** What an earlier process has spent on a step that it could not end does not come back. */
  @Test
  void aStepThatIsBegunAgainCountsWithAllItsTries() {
    TuneBudget budget =
        new TuneBudget(100, new HashMap<>(Map.of("features", new StepTime(40, 1, false))));
    budget.begin("features");
    budget.spend("features", 45);
    budget.end("features");
    assertEquals(15, budget.left());
    assertEquals(new StepTime(85, 2, true), budget.of("features"));
    assertEquals(StepTime.NONE, budget.of("another"));
  }

  @Test
  void nothingFitsOnceItIsSpent() {
    TuneBudget budget = new TuneBudget(10, new HashMap<>());
    budget.spend("long", 12);
    assertEquals(-2, budget.left());
    assertFalse(budget.allows(0));
  }

  @Test
  void aBudgetOfNothingIsRefused() {
    for (double none : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class, () -> new TuneBudget(none, new HashMap<>()), "" + none);
    }
  }

  @Test
  void timesAreInWords() {
    assertEquals("0 s", TuneNotes.time(0.2));
    assertEquals("59 s", TuneNotes.time(59));
    assertEquals("1 min", TuneNotes.time(60));
    assertEquals("30 min", TuneNotes.time(1800));
    assertEquals("61 min 1 s", TuneNotes.time(3661));
  }
}
