package dev.flowline.line;

/** Waiting that an interruption does not cut short, and does not swallow. */
final class Interruptions {
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

  static void join(Thread thread) {
    waitFor(thread::join);
  }
}
