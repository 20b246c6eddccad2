package dev.flowline.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment variables that native libraries read once, when they are loaded. They are set
 * during that time only, so that programs which this process starts do not inherit them.
 *
 * <p>{@link Natives} ensures that nothing else loads libraries or changes the environment
 * meanwhile.
 */
final class LoadEnvironment implements AutoCloseable {
  static final String OPENMP_THREADS = "OMP_NUM_THREADS";
  static final String OPENBLAS_THREADS = "OPENBLAS_NUM_THREADS";
  private static final String CODECS_LOG = "OPENCV_LOG_LEVEL";
  private static final String OPENMP_WAITING = "OMP_WAIT_POLICY";
  private static final String OPENMP_SPINNING = "GOMP_SPINCOUNT";
  private static final String OPENBLAS_SPINNING = "OPENBLAS_THREAD_TIMEOUT";

  /**
   * The number of times that an idle thread of OpenMP looks for work before it sleeps, some fifty
   * microseconds. The default is 300,000 times, which takes the processor from threads that have
   * work: on two busy cores an inspection with two threads costs several times the processor time.
   */
  private static final int SPINS = 1_000;

  /**
   * The logarithm to base 2 of the clock ticks that an idle thread of OpenBLAS looks for work
   * before it sleeps, the smallest that OpenBLAS takes. The default is 26, some 25 milliseconds.
   */
  private static final int LOG2_TICKS = 4;

  /**
   * The earlier values of the variables that were changed; null for a variable that was not set.
   */
  private final Map<String, String> before = new LinkedHashMap<>();

  /**
   * Sets the variables that the user has not set.
   *
   * @param threads of OpenMP and OpenBLAS, at least 1
   * @param override whether to set the number of threads even if the user has set it, since the
   *     program has requested it
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
    if (LibC.getenv(OPENBLAS_SPINNING) == null) {
      set(OPENBLAS_SPINNING, Integer.toString(LOG2_TICKS));
    }
  }

  /** Returns whether the user's variables set how long idle threads of OpenMP spin. */
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
