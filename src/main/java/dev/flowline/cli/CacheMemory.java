package dev.flowline.cli;

import java.lang.management.ManagementFactory;

/** The memory that cached features may take. */
final class CacheMemory {
  private static final double GIB = 1L << 30;

  private CacheMemory() {}

  /**
   * Returns the memory in bytes.
   *
   * @param gib the memory in GiB; null for a quarter of the machine's memory
   * @throws IllegalArgumentException if it is not in [0, 1e6)
   */
  static long bytes(Double gib) {
    if (gib == null) {
      var system =
          ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
      return system.getTotalMemorySize() / 4;
    }
    if (!(gib >= 0 && gib < 1e6)) {
      throw new IllegalArgumentException(
          "--cache-memory must be at least 0 and below 1e6 GiB, got " + gib);
    }
    return (long) (gib * GIB);
  }
}
