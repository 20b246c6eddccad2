package dev.flowline.runtime;

import dev.flowline.internal.Natives;
import java.util.List;

/**
 * The native libraries of this process: LibTorch, OpenBLAS, OpenCV's codecs and libflowline. They
 * are loaded when they are first needed, at the latest when a model is opened. A program that
 * embeds Flowline needs this class to choose the number of threads, and to check its settings.
 *
 * <p>When the libraries are loaded, Flowline sets for the whole process what makes them fast:
 *
 * <ul>
 *   <li>LibTorch (OpenMP) and OpenBLAS compute with the same number of threads, see {@link
 *       #threads()};
 *   <li>OpenBLAS computes on OpenMP's threads, if that is libgomp;
 *   <li>idle threads of OpenMP sleep after some fifty microseconds instead of milliseconds, unless
 *       GOMP_SPINCOUNT or OMP_WAIT_POLICY is set, and those of OpenBLAS at once, unless
 *       OPENBLAS_THREAD_TIMEOUT is set;
 *   <li>the C library keeps freed memory for the next tensor, unless MALLOC_MMAP_THRESHOLD_ and
 *       MALLOC_TRIM_THRESHOLD_ are set;
 *   <li>OpenCV logs nothing, unless OPENCV_LOG_LEVEL is set, and starts no threads.
 * </ul>
 *
 * <p>Programs that this process starts see the environment as it was.
 */
public final class NativeRuntime {
  private NativeRuntime() {}

  /**
   * Loads LibTorch with its settings, if it is not loaded yet. A program that also uses LibTorch or
   * OpenMP itself calls this first: some settings are read at that moment only.
   *
   * @throws IllegalArgumentException if FLOWLINE_INSTRUCTION_SET names no instructions of this
   *     processor
   * @throws UnsatisfiedLinkError if the class path has no natives for this platform, they cannot be
   *     extracted, or the C library is older than they need
   */
  public static void load() {
    Natives.load();
  }

  /**
   * Sets the number of threads that LibTorch's operators and OpenBLAS compute with. It may be
   * called at any time; every thread follows with its next inspection or training step. Best is
   * before anything is loaded.
   *
   * <p>It is the number of threads that work on one image. A program that inspects several images
   * at once is fastest if its own threads times this number are at most the cores. Decoding,
   * preprocessing and segmentation run in the calling thread. With another number of threads, sums
   * are rounded in another order: results have the same bits only for the same number.
   *
   * @param threads at least 1; overrides OMP_NUM_THREADS and OPENBLAS_NUM_THREADS
   * @throws IllegalArgumentException if threads is below 1
   */
  public static void setThreads(int threads) {
    Natives.setThreads(threads);
  }

  /**
   * Returns the number of threads that native code computes with, or will when it is loaded: the
   * number given to {@link #setThreads}; otherwise OMP_NUM_THREADS; otherwise LibTorch's number if
   * the program loaded LibTorch before Flowline; otherwise one for each core that the process may
   * use.
   */
  public static int threads() {
    return Natives.threads();
  }

  /**
   * Returns what slows inspection down in this process, one sentence with a remedy for each: a
   * number of threads that was not set by {@link #setThreads}, but for instance by LibTorch's
   * {@code set_num_threads}, which does not reach OpenBLAS; OpenMP loaded before its settings. It
   * loads LibTorch if it is not loaded yet. LibTorch has a number for each thread; the calling
   * thread's is checked.
   *
   * @return an empty list if nothing is wrong
   * @throws UnsatisfiedLinkError see {@link #load()}
   */
  public static List<String> check() {
    return Natives.findings();
  }
}
