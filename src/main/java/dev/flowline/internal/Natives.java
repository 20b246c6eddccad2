package dev.flowline.internal;

import java.io.File;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.pytorch.global.torch;

/**
 * The one place that loads native code, and sets how it runs: its threads, their waiting, freed
 * memory. Every entry point and every test that touches a tensor goes through {@link #load()};
 * {@link dev.flowline.tensor.TensorScope} and {@link dev.flowline.nn.TorchOps} do so on their own.
 */
public final class Natives {
  private static final String MAX_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxPhysicalBytes";

  private static final String CPU_FOLDER = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/";
  private static final String GPU_FOLDER =
      "/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/";

  /** What LibTorch consists of, each after those that it needs. */
  private static final List<String> LIBTORCH =
      List.of("libc10.so", "libgomp.so.1", "libtorch_cpu.so");

  /** Held while libraries are loaded that read the environment: it belongs to the whole process. */
  private static final Object LOADING = new Object();

  private Natives() {}

  /**
   * Loads LibTorch, once, and gives the calling thread its number of threads.
   *
   * @throws UnsatisfiedLinkError if the platform has no natives on the class path, they cannot be
   *     extracted, or the C library is older than they need; {@code flowline doctor} says which
   */
  public static void load() {
    if (LibTorch.FAILURE != null) {
      UnsatisfiedLinkError error = new UnsatisfiedLinkError(LibTorch.FAILURE.getMessage());
      error.initCause(LibTorch.FAILURE);
      throw error;
    }
    NativeThreads.follow();
  }

  /**
   * Loads libflowline, which reads no environment.
   *
   * @throws UnsatisfiedLinkError as {@link #load()}
   */
  static void loadLibFlowline() {
    prepareProcess();
    extractKernels();
    Loader.load(LibFlowline.class);
  }

  /**
   * Loads OpenCV's image codecs, which bring OpenBLAS. They log nothing, since a damaged image is
   * an exception, unless OPENCV_LOG_LEVEL says otherwise; they use no threads of their own.
   *
   * @throws UnsatisfiedLinkError as {@link #load()}
   */
  public static void loadCodecs() {
    synchronized (LOADING) {
      prepareProcess();
      try (LoadEnvironment environment = NativeThreads.environment()) {
        Loader.load(opencv_imgcodecs.class);
      }
    }
    opencv_core.setNumThreads(1);
  }

  /**
   * libflowline opens libflowline_cuda itself, from the folder where JavaCPP puts both. A build
   * without CUDA has none.
   */
  private static void extractKernels() {
    String kernels = Loader.getPlatform() + "/libflowline_cuda.so.0";
    if (Natives.class.getResource(kernels) != null) {
      try {
        Loader.cacheResource(Natives.class, kernels);
      } catch (IOException e) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError("cannot extract " + kernels);
        error.initCause(e);
        throw error;
      }
    }
  }

  /** Whether the class path has LibTorch with CUDA; asked without loading it. */
  public static boolean hasCudaBuild() {
    return torch.class.getResource(GPU_FOLDER + "libtorch_cuda.so") != null;
  }

  /**
   * Sets the number of threads, see {@link dev.flowline.runtime.NativeRuntime#setThreads}.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    NativeThreads.set(threads);
  }

  /** The number of threads that native code computes with, or will when it is loaded. */
  public static int threads() {
    return NativeThreads.number();
  }

  /** Loads LibTorch, and says what contradicts the number of threads; empty if nothing does. */
  public static List<String> findings() {
    load();
    return NativeThreads.findings();
  }

  /** What holds for the whole process, and comes before the first library. */
  private static void prepareProcess() {
    raiseMemoryLimit();
    FreedMemory.keep();
  }

  /**
   * JavaCPP counts the process's memory, weights and caches included, and by default refuses to go
   * beyond four times the Java heap: legitimate work would end in an OutOfMemoryError. It reads its
   * limit once, when its first pointer is made.
   */
  private static void raiseMemoryLimit() {
    if (System.getProperty(MAX_PHYSICAL_BYTES) == null) {
      System.setProperty(MAX_PHYSICAL_BYTES, "64g");
    }
  }

  private static final class LibTorch {
    static final Throwable FAILURE = tryToLoad();

    private static Throwable tryToLoad() {
      try {
        synchronized (LOADING) {
          prepareProcess();
          NativeThreads.beforeLoading();
          try (LoadEnvironment environment = NativeThreads.environment()) {
            preferOwnLibraries();
            Loader.load(torch.class);
          }
          NativeThreads.afterLoading();
        }
        return null;
      } catch (IOException | RuntimeException | LinkageError e) {
        return e;
      }
    }

    /**
     * JavaCPP opens libtorch.so before it has extracted libtorch_cpu.so, which the former needs,
     * and the linker then takes that of a system-wide LibTorch, whose ABI is another: the process
     * dies. So the parts are opened first, by path; the linker looks for no library that is already
     * there.
     */
    private static void preferOwnLibraries() throws IOException {
      if (torch.class.getResource(CPU_FOLDER + "libtorch_cpu.so") != null) {
        Loader.load(openblas.class);
        for (String library : LIBTORCH) {
          System.load(extracted(CPU_FOLDER + library).getPath());
        }
        return;
      }
      // The GPU's libraries need CUDA's, which JavaCPP finds and opens: it is enough to have them
      // extracted, since each looks in its own folder.
      if (torch.class.getResource(GPU_FOLDER + "libtorch_cpu.so") == null) {
        throw new UnsatisfiedLinkError(
            "the class path has no LibTorch for " + Loader.getPlatform());
      }
      extracted(GPU_FOLDER + "libtorch_cpu.so");
    }

    private static File extracted(String resource) throws IOException {
      try {
        return Loader.cacheResource(torch.class, resource);
      } catch (IOException e) {
        throw new IOException("cannot extract " + resource + " to JavaCPP's cache: " + e, e);
      }
    }
  }
}
