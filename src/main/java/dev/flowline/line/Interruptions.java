package dev.flowline.line;

import java.time.Duration;

/** Waiting that an interruption does not cut short, and does not swallow. */
final class Interruptions {
  /** A time that is as good as for ever. */
  static final Duration FOR_EVER = Duration.ofDays(36_500);

  private Interruptions() {}

  /** A wait that an interruption ends. */
  @FunctionalInterface
  interface Wait {
    void run() throws InterruptedException;
  }

  /** Waits to the end; the interruption is set again then. */
  static void waitFor(Wait wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          wait.run();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for the end of a thread, which may not have begun; returns whether it has ended. */
  static boolean join(Thread thread, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    waitFor(
        () -> {
          long left = (end - System.nanoTime()) / 1_000_000;
          if (left > 0) {
            thread.join(left);
          }
        });
    return !thread.isAlive();
  }
}
