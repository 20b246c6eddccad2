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

  abstract long nanos();
}
