package dev.flowline.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment variables that native libraries read once, when they are loaded. They are set for
 * that time alone, so that programs which this process starts do not inherit them.
 *
 * <p>Nothing else may load or change the environment meanwhile: {@link Natives} sees to it.
 */
final class LoadEnvironment implements AutoCloseable {
  static final String OPENMP_THREADS = "OMP_NUM_THREADS";
  static final String OPENBLAS_THREADS = "OPENBLAS_NUM_THREADS";
  private static final String CODECS_LOG = "OPENCV_LOG_LEVEL";
  private static final String OPENMP_WAITING = "OMP_WAIT_POLICY";
  private static final String OPENMP_SPINNING = "GOMP_SPINCOUNT";

  /**
   * How often an idle thread of OpenMP looks for work before it sleeps: some 50 µs. By default it
   * does so for 300,000 times, and takes the processor from whoever has work: with two threads on
   * two busy cores an inspection costs three times the processor time, and ten times this number
   * still doubles it.
   */
  private static final int SPINS = 1000;

  /** What the variables that were changed had before; null for nothing. */
  private final Map<String, String> before = new LinkedHashMap<>();

  /**
   * Sets what the user has not set.
   *
   * @param threads of OpenMP and OpenBLAS, at least 1
   * @param override whether this number is the program's own wish, which the user's variables do
   *     not override
   */
  LoadEnvironment(int threads, boolean override) {
    for (String name : new String[] {OPENMP_THREADS, OPENBLAS_THREADS}) {
      if (override || LibC.getenv(name) == null) {
        set(name, Integer.toString(threads));
      }
    }
    if (LibC.getenv(CODECS_LOG) == null) {
      set(CODECS_LOG, "SILENT");
    }
    if (!userBoundsSpinning()) {
      set(OPENMP_SPINNING, Integer.toString(SPINS));
    }
  }

  /** Whether the user's own variables say how long idle threads of OpenMP spin. */
  static boolean userBoundsSpinning() {
    return LibC.getenv(OPENMP_WAITING) != null || LibC.getenv(OPENMP_SPINNING) != null;
  }

  private void set(String name, String value) {
    before.put(name, LibC.getenv(name));
    if (LibC.setenv(name, value, 1) != 0) {
      throw new IllegalStateException("cannot set the environment variable " + name);
    }
  }

  @Override
  public void close() {
    before.forEach(
        (name, value) -> {
          if (value == null) {
            LibC.unsetenv(name);
          } else {
            LibC.setenv(name, value, 1);
          }
        });
  }
}
