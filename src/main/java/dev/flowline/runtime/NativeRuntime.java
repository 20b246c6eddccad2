package dev.flowline.runtime;

import dev.flowline.internal.Natives;
import java.util.List;

/**
 * The native libraries of this process: LibTorch, OpenBLAS, OpenCV's codecs and libflowline. They
 * are loaded by themselves, at the latest when a model is opened. A program that embeds Flowline
 * needs this class to choose the number of threads, and to be told what works against it.
 *
 * <p>When the libraries are loaded, Flowline sets for the whole process what makes them fast:
 *
 * <ul>
 *   <li>LibTorch (OpenMP) and OpenBLAS compute with the same number of threads, see {@link
 *       #threads()};
 *   <li>idle threads of OpenMP sleep after some microseconds instead of milliseconds, unless
 *       GOMP_SPINCOUNT or OMP_WAIT_POLICY is set;
 *   <li>the C library keeps freed memory for the next tensor, unless MALLOC_MMAP_THRESHOLD_ and
 *       MALLOC_TRIM_THRESHOLD_ are set;
 *   <li>OpenCV logs nothing, unless OPENCV_LOG_LEVEL is set, and uses no threads of its own.
 * </ul>
 *
 * <p>Programs that this process starts see the environment as it was.
 */
public final class NativeRuntime {
  private NativeRuntime() {}

  /**
   * Loads LibTorch with its settings, if it is not loaded yet. A program calls it first where
   * something else in it uses LibTorch or OpenMP too: some settings are read at that moment only.
   *
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
   * <p>It governs how many threads work on one image. A program that inspects several images at
   * once wants its own threads times this number to be at most the cores. Decoding, preprocessing
   * and segmentation run in the calling thread. Sums are rounded in another order with another
   * number of threads: results are the same bits only for the same number.
   *
   * @param threads at least 1; goes before OMP_NUM_THREADS and OPENBLAS_NUM_THREADS
   * @throws IllegalArgumentException if threads is below 1
   */
  public static void setThreads(int threads) {
    Natives.setThreads(threads);
  }

  /**
   * The number of threads that native code computes with, or will when it is loaded: what {@link
   * #setThreads} was given; otherwise OMP_NUM_THREADS; otherwise LibTorch's number if the program
   * loaded LibTorch before Flowline; otherwise one for each core that the process may use.
   */
  public static int threads() {
    return Natives.threads();
  }

  /**
   * Reports what slows inspection down in this process, one sentence each with its remedy: a number
   * of threads set past {@link #setThreads}, as by LibTorch's own {@code set_num_threads}, which
   * leaves OpenBLAS with another; LibTorch loaded before its settings. Loads LibTorch if it is not
   * loaded yet. LibTorch has a number for each thread: what is looked at is the calling thread's.
   *
   * @return an empty list if nothing is wrong
   * @throws UnsatisfiedLinkError as {@link #load()}
   */
  public static List<String> check() {
    return Natives.findings();
  }
}
