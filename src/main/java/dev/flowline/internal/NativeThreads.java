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
 * The number of threads that native code computes with. It has to be set in two places: in
 * LibTorch, whose OpenMP has a number for each calling thread, and in OpenBLAS, which LibTorch's
 * setting does not reach.
 */
final class NativeThreads {
  private static final Path MAPS = Path.of("/proc/self/maps");

  /** The number that the program has set; 0 if it has set none. */
  private static int wanted;

  /** The number of a LibTorch that was loaded before Flowline; 0 if Flowline loads it. */
  private static int found;

  private static boolean loaded;
  private static boolean openMpWasLoaded;

  /** The number of changes after loading. */
  private static volatile int change;

  /** The last change that each thread's LibTorch has followed. */
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

  /** Returns the program's number, else LibTorch's, else the default of user and machine. */
  static synchronized int number() {
    if (wanted > 0) {
      return wanted;
    }
    return found > 0 ? found : Processors.defaultThreads();
  }

  /** Returns the environment in which native libraries are to be loaded. */
  static synchronized LoadEnvironment environment() {
    return new LoadEnvironment(number(), wanted > 0);
  }

  /** Records what was loaded before LibTorch. */
  static synchronized void beforeLoading() {
    openMpWasLoaded = isLoaded("libgomp");
    if (isLoaded("libtorch_cpu") && LibC.getenv(LoadEnvironment.OPENMP_THREADS) == null) {
      found = torch.get_num_threads();
    }
  }

  /**
   * Sets OpenBLAS's threads and their number; {@link #follow} sets LibTorch's for each calling
   * thread.
   */
  static synchronized void afterLoading() {
    loaded = true;
    OpenBlasThreads.replace();
    if (wanted > 0 || LibC.getenv(LoadEnvironment.OPENBLAS_THREADS) == null) {
      openblas.blas_set_num_threads(number());
    }
  }

  /** Sets LibTorch's number for the calling thread, once after each change. */
  static void follow() {
    int present = change;
    if (FOLLOWED.get() != present) {
      torch.set_num_threads(number());
      FOLLOWED.set(present);
    }
  }

  /**
   * Returns what contradicts the number of threads, in LibTorch for the calling thread and in
   * OpenBLAS, and whether idle threads spin.
   */
  static synchronized List<String> findings() {
    List<String> findings = new ArrayList<>();
    int number = number();
    int torchThreads = torch.get_num_threads();
    if (torchThreads != number) {
      findings.add(
          "LibTorch's number of threads is %s on this thread, and Flowline's is %s: call"
                  .formatted(torchThreads, number)
              + " NativeRuntime.setThreads instead of LibTorch's set_num_threads, which does not"
              + " reach OpenBLAS");
    }
    int blasThreads = openBlasThreads();
    if (blasThreads != number) {
      findings.add(
          "OpenBLAS's number of threads is %s, and Flowline's is %s: %s"
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

  /** Returns OpenBLAS's number; JavaCPP's getter would only return what its setter got last. */
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
