package dev.flowline.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * The one number of threads that native code computes with. It has to be set in two places: in
 * LibTorch, whose OpenMP has a number for each calling thread, and in OpenBLAS, which has a pool of
 * its own that LibTorch's setting does not reach.
 */
final class NativeThreads {
  private static final Path MAPS = Path.of("/proc/self/maps");

  /** What the program has set; 0 for nothing. */
  private static int wanted;

  /** Of LibTorch that something else has loaded before Flowline; 0 if Flowline loads it. */
  private static int found;

  private static boolean loaded;
  private static boolean openMpWasLoaded;

  /** Counts the changes after loading. */
  private static volatile int change;

  /** The last change that a thread's own LibTorch number follows. */
  private static final ThreadLocal<Integer> FOLLOWED = ThreadLocal.withInitial(() -> -1);

  private NativeThreads() {}

  static synchronized void set(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    wanted = threads;
    if (loaded) {
      openblas.blas_set_num_threads(threads);
      change++;
    }
  }

  /** What the program has set, else what LibTorch has, else what suits user and machine. */
  static synchronized int number() {
    if (wanted > 0) {
      return wanted;
    }
    return found > 0 ? found : Processors.defaultThreads();
  }

  /** The environment in which native libraries are to be loaded. */
  static synchronized LoadEnvironment environment() {
    return new LoadEnvironment(number(), wanted > 0);
  }

  /** Sees what is there before LibTorch is loaded. */
  static synchronized void beforeLoading() {
    openMpWasLoaded = isLoaded("libgomp");
    if (isLoaded("libtorch_cpu") && LibC.getenv(LoadEnvironment.OPENMP_THREADS) == null) {
      found = torch.get_num_threads();
    }
  }

  /** Makes OpenBLAS follow; each calling thread follows in {@link #follow}. */
  static synchronized void afterLoading() {
    loaded = true;
    if (wanted > 0 || LibC.getenv(LoadEnvironment.OPENBLAS_THREADS) == null) {
      openblas.blas_set_num_threads(number());
    }
  }

  /** Gives the calling thread the present number, once after each change. */
  static void follow() {
    int present = change;
    if (FOLLOWED.get() != present) {
      torch.set_num_threads(number());
      FOLLOWED.set(present);
    }
  }

  /**
   * What contradicts the number of threads in LibTorch, as the calling thread sees it, and beside.
   */
  static synchronized List<String> findings() {
    List<String> findings = new ArrayList<>();
    int number = number();
    int torchThreads = torch.get_num_threads();
    if (torchThreads != number) {
      findings.add(
          "LibTorch's number of threads is %d on this thread, and Flowline's is %d: call"
                  .formatted(torchThreads, number)
              + " NativeRuntime.setThreads instead of LibTorch's set_num_threads, which does not"
              + " reach OpenBLAS");
    }
    int blasThreads = openBlasThreads();
    if (blasThreads != number) {
      findings.add(
          "OpenBLAS's number of threads is %d, and Flowline's is %d: %s"
              .formatted(
                  blasThreads,
                  number,
                  wanted == 0 && LibC.getenv(LoadEnvironment.OPENBLAS_THREADS) != null
                      ? "unset OPENBLAS_NUM_THREADS, or set OMP_NUM_THREADS to the same"
                      : "call NativeRuntime.setThreads instead of OpenBLAS's own setting"));
    }
    if (openMpWasLoaded && !LoadEnvironment.userBoundsSpinning()) {
      findings.add(
          "OpenMP was loaded before Flowline, so that its idle threads spin for milliseconds: call"
              + " NativeRuntime.load() before anything uses LibTorch, or set GOMP_SPINCOUNT");
    }
    return findings;
  }

  /** JavaCPP's own getter returns what its setter was given last. */
  private static int openBlasThreads() {
    Pointer getter = Loader.addressof("openblas_get_num_threads");
    return getter == null ? number() : new LibC.IntFunction(getter).call();
  }

  private static boolean isLoaded(String library) {
    try (Stream<String> maps = Files.lines(MAPS)) {
      return maps.anyMatch(line -> line.contains("/" + library + ".so"));
    } catch (IOException e) {
      return false; // no /proc: nothing is known, and nothing is wrong
    }
  }
}
