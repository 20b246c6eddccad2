package dev.flowline.internal;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * The one place that loads native code. Every entry point and every test that touches a tensor goes
 * through {@link #load()}; {@link dev.flowline.tensor.TensorScope} and {@link
 * dev.flowline.nn.TorchOps} do so on their own.
 */
public final class Natives {
  private static final String NO_LIMIT_BELOW = "org.bytedeco.javacpp.maxPhysicalBytes";

  private Natives() {}

  /**
   * Loads LibTorch, once.
   *
   * @throws UnsatisfiedLinkError if the platform has no natives on the class path or its C library
   *     is older than they need; {@code flowline doctor} says which
   */
  public static void load() {
    Loaded.INSTANCE.hashCode();
  }

  /**
   * Sets the number of threads of LibTorch's operators and of OpenBLAS, which has a pool of its own
   * that LibTorch's setting does not reach.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    load();
    torch.set_num_threads(threads);
    openblas.blas_set_num_threads(threads);
  }

  private static final class Loaded {
    static final Object INSTANCE = load();

    private static Object load() {
      // JavaCPP counts the process's memory, weights and caches included, and by default refuses to
      // go
      // beyond four times the Java heap: legitimate work would end in an OutOfMemoryError.
      if (System.getProperty(NO_LIMIT_BELOW) == null) {
        System.setProperty(NO_LIMIT_BELOW, "64g");
      }
      // libtorch.so needs libtorch_cpu.so. On a cold cache the loader opens the former before it
      // has
      // extracted the latter, and the linker then takes the one of a system-wide LibTorch, whose
      // ABI is
      // another: the process dies. So the latter is extracted first.
      cache("libc10.so");
      cache("libtorch_cpu.so");
      Loader.load(torch.class);
      return new Object();
    }

    private static void cache(String library) {
      try {
        Loader.cacheResource("/org/bytedeco/pytorch/" + Loader.getPlatform() + "/" + library);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(
            "cannot extract " + library + " to " + cacheDir(), e);
      }
    }

    private static String cacheDir() {
      try {
        return Loader.getCacheDir().toString();
      } catch (java.io.IOException e) {
        return "JavaCPP's cache (" + e.getMessage() + ")";
      }
    }
  }
}
