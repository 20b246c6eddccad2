package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.compare.WorkStopped;
import dev.flowline.io.LaterFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TuneStepsTest {
  private final TuneBudget budget = new TuneBudget(100, new ConcurrentSkipListMap<>());
  private final LaterFailure unwritten = new LaterFailure();

  private static void pause() {
    long end = System.nanoTime() + 30_000_000;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static boolean isOver(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatAStoppedStepTookIsSpentAndSoIsWhatItTakesAgain() throws IOException {
    try (TuneSteps steps = new TuneSteps(budget, () -> {}, unwritten)) {
      assertThrows(
          WorkStopped.class,
          () ->
              steps.run(
                  "trial",
                  () -> {
                    pause();
                    throw new WorkStopped();
                  }));
      double first = budget.spent();
      assertTrue(first >= 0.03, "" + first);
      assertFalse(budget.of("trial").whole());
      steps.run("trial", () -> false);
      assertFalse(budget.of("trial").whole(), "a failure is no end");
      steps.run(
          "trial",
          () -> {
            pause();
            return true;
          });
      assertTrue(budget.spent() >= first + 0.03, "" + budget.spent());
      assertTrue(budget.of("trial").whole());
      assertEquals(3, budget.of("trial").tries());
    }
  }

  /** A process that is killed has no time to write: the ledger has most of its step already. */
  @Test
  void theLedgerIsWrittenWhileAStepRuns() throws IOException {
    CountDownLatch written = new CountDownLatch(2);
    List<Double> spent = Collections.synchronizedList(new ArrayList<>());
    LaterFailure.Writing ledger =
        () -> {
          spent.add(budget.spent());
          written.countDown();
        };
    try (TuneSteps steps = new TuneSteps(budget, ledger, unwritten, 20)) {
      steps.run("trial", () -> isOver(written));
    }
    assertTrue(spent.get(0) >= 0.01, spent.toString());
    assertTrue(spent.get(1) > spent.get(0), spent.toString());
    assertTrue(budget.of("trial").whole());
  }

  @Test
  void aLedgerThatCannotBeWrittenIsReportedAtTheEndOfTheStep() throws IOException {
    CountDownLatch tried = new CountDownLatch(1);
    LaterFailure.Writing full =
        () -> {
          tried.countDown();
          throw new IOException("the disk is full");
        };
    try (TuneSteps steps = new TuneSteps(budget, full, unwritten, 20)) {
      steps.run("trial", () -> isOver(tried));
    }
    assertEquals(
        "the disk is full", assertThrows(IOException.class, unwritten::throwIfAny).getMessage());
  }
}
