package dev.flowline.io;

import java.lang.management.ManagementFactory;

/** How much of the heap code takes, whether or not it is collected meanwhile. */
final class Allocated {
  private Allocated() {}

  /** All bytes that this thread has allocated so far. */
  static long byThisThread() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
