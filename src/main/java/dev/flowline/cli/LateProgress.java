package dev.flowline.cli;

import dev.flowline.io.ImagesDone;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The progress of a work that is short as a rule: it is shown if the work takes two seconds. */
final class LateProgress {
  private static final long SHORT = Duration.ofSeconds(2).toNanos();

  private LateProgress() {}

  /**
   * Returns what shows the images that are done.
   *
   * @param task its name, as in {@link Progress#step}
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  static ImagesDone of(Progress progress, String task, LongSupplier nanoTime) {
    long start = nanoTime.getAsLong();
    return (done, total) -> {
      if (nanoTime.getAsLong() - start >= SHORT) {
        progress.step(task, done, total, "");
      }
    };
  }
}
