package dev.flowline.internal;

/**
 * What the C library does with freed memory. LibTorch makes and frees tensors of tens of megabytes
 * in every inspection and every step of training. By default the C library hands such memory back
 * to the system at once and gets it again page by page, zeroed: a sixth of a training step.
 */
final class FreedMemory {
  private static final int NEVER = -1;

  private static boolean kept;

  private FreedMemory() {}

  /**
   * Makes the C library keep freed memory for the next allocation, once, if the user has not chosen
   * otherwise by its environment variables. Where it cannot, all works, only slower.
   */
  static synchronized void keep() {
    if (kept) {
      return;
    }
    kept = true;
    if (isUnset("MALLOC_MMAP_THRESHOLD_", "glibc.malloc.mmap_threshold")) {
      LibC.mallopt(LibC.M_MMAP_THRESHOLD, Integer.MAX_VALUE);
    }
    if (isUnset("MALLOC_TRIM_THRESHOLD_", "glibc.malloc.trim_threshold")) {
      LibC.mallopt(LibC.M_TRIM_THRESHOLD, NEVER);
    }
  }

  private static boolean isUnset(String variable, String tunable) {
    String tunables = LibC.getenv("GLIBC_TUNABLES");
    return LibC.getenv(variable) == null && (tunables == null || !tunables.contains(tunable));
  }
}
