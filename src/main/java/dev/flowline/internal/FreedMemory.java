package dev.flowline.internal;

/**
 * The C library's treatment of freed memory. LibTorch allocates and frees tensors of tens of
 * megabytes in every inspection and every training step. By default the C library returns such
 * memory to the system at once and gets it again page by page, zeroed, which takes a sixth of a
 * training step.
 */
final class FreedMemory {
  private static final int NEVER = -1;

  private static boolean kept;

  private FreedMemory() {}

  /**
   * Makes the C library keep freed memory for the next allocation, once, unless the user has set
   * its environment variables. If the C library cannot, everything works, only slower.
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
