package dev.flowline.peer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What is measured of a pass. */
enum Clock {
  /** The time that passes, which is what counts on a quiet machine. */
  WALL {
    @Override
    long nanos() {
      return System.nanoTime();
    }
  },
  /**
   * The calling thread's time on a processor, without what other programs had of it: for one thread
   * on a busy machine.
   */
  PROCESSOR {
    @Override
    long nanos() {
      return THREADS.getCurrentThreadCpuTime();
    }
  };

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Returns the clock of a name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static Clock named(String name) {
    return switch (name) {
      case "wall" -> WALL;
      case "processor" -> PROCESSOR;
      default ->
          throw new IllegalArgumentException("--clock must be wall or processor, got " + name);
    };
  }

  abstract long nanos();
}
