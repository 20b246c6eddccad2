package dev.flowline.tune;

import dev.flowline.io.LaterFailure;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The clock of a tuning's steps: what a step takes is spent from the budget and written into the
 * ledger, also while it runs, so that a process that is killed loses a few seconds of it at most.
 */
final class TuneSteps implements AutoCloseable {
  private static final long SECONDS_BETWEEN_WRITES = 5;

  private final TuneBudget budget;
  private final LaterFailure.Writing ledger;
  private final LaterFailure unwritten;
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "flowline-tune-ledger");
            thread.setDaemon(true);
            return thread;
          });

  private String running; // null between steps; all below is guarded by this object
  private long counted; // until when the running step is spent, by System.nanoTime
  private final LaterFailure whileRunning = new LaterFailure();

  /** A step that takes time. */
  interface TimedStep {
    /** Returns whether it came to its end, so that its time is what it takes. */
    boolean run() throws IOException;
  }

  /**
   * Makes a clock.
   *
   * @param ledger writes it, with the times of the budget
   * @param unwritten takes the failure to write it
   */
  TuneSteps(TuneBudget budget, LaterFailure.Writing ledger, LaterFailure unwritten) {
    this(budget, ledger, unwritten, TimeUnit.SECONDS.toMillis(SECONDS_BETWEEN_WRITES));
  }

  TuneSteps(
      TuneBudget budget, LaterFailure.Writing ledger, LaterFailure unwritten, long writeMillis) {
    this.budget = budget;
    this.ledger = ledger;
    this.unwritten = unwritten;
    writer.scheduleWithFixedDelay(
        this::writeWhileRunning, writeMillis, writeMillis, TimeUnit.MILLISECONDS);
  }

  /** Runs a step; what it took is spent, however it ends. */
  void run(String name, TimedStep step) throws IOException {
    begin(name);
    boolean whole = false;
    try {
      whole = step.run();
    } finally {
      end(whole);
    }
  }

  private synchronized void begin(String name) {
    running = name;
    counted = System.nanoTime();
    budget.begin(name);
  }

  private synchronized void end(boolean whole) {
    count();
    if (whole) {
      budget.end(running);
    }
    running = null;
    unwritten.tried(whileRunning::throwIfAny);
    unwritten.tried(ledger);
  }

  private void count() {
    long now = System.nanoTime();
    budget.spend(running, (now - counted) / 1e9);
    counted = now;
  }

  private synchronized void writeWhileRunning() {
    if (running != null && !whileRunning.happened()) {
      count();
      whileRunning.tried(ledger);
    }
  }

  @Override
  public void close() {
    writer.shutdown();
  }
}
