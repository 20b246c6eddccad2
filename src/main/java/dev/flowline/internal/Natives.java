package dev.flowline.internal;

import java.io.File;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.pytorch.global.torch;

/**
 * The loader of all native code, which also sets how it runs: its threads, their waiting, freed
 * memory. Every entry point and every test that uses a tensor calls {@link #load()}; {@link
 * dev.flowline.tensor.TensorScope} and {@link dev.flowline.nn.TorchOps} do so themselves.
 */
public final class Natives {
  private static final String MAX_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxPhysicalBytes";

  private static final String CPU_FOLDER = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/";
  private static final String GPU_FOLDER =
      "/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/";

  /** The libraries of LibTorch, each after those that it needs. */
  private static final List<String> LIBTORCH =
      List.of("libc10.so", "libgomp.so.1", "libtorch_cpu.so");

  /** The lock of the process's environment, held while libraries are loaded that read it. */
  private static final Object LOADING = new Object();

  private Natives() {}

  /**
   * Loads LibTorch, once, and gives the calling thread its number of threads.
   *
   * @throws IllegalArgumentException if {@link InstructionSet#VARIABLE} has a word that is none
   * @throws UnsatisfiedLinkError if the platform has no natives on the class path, they cannot be
   *     extracted, or the C library is older than they need; {@code flowline doctor} reports which
   */
  public static void load() {
    InstructionSet.wanted(); // a mistake is noticed now, and not at the first layer
    if (LibTorch.FAILURE != null) {
      UnsatisfiedLinkError error = new UnsatisfiedLinkError(LibTorch.FAILURE.getMessage());
      error.initCause(LibTorch.FAILURE);
      throw error;
    }
    NativeThreads.follow();
  }

  /**
   * Loads libflowline, which reads no environment. It opens libflowline_cuda itself, if the build
   * has it, from the folder where both are extracted.
   *
   * @throws UnsatisfiedLinkError see {@link #load()}
   */
  static void loadLibFlowline() {
    prepareProcess();
    CachedNatives.refresh();
    Loader.load(LibFlowline.class);
  }

  /**
   * Loads libflowline_inspect, after libflowline.
   *
   * @throws UnsatisfiedLinkError see {@link #load()}; also if the build {@linkplain
   *     #hasInspectLibrary has none}
   */
  static void loadLibFlowlineInspect() {
    loadLibFlowline();
    Loader.load(LibFlowlineInspect.class);
  }

  /** Returns whether the class path has libflowline_inspect, without loading it. */
  public static boolean hasInspectLibrary() {
    return Natives.class.getResource(Loader.getPlatform() + "/libjniLibFlowlineInspect.so") != null;
  }

  /**
   * Loads OpenCV's networks, after its image codecs.
   *
   * @throws UnsatisfiedLinkError see {@link #load()}
   */
  public static void loadDnn() {
    loadCodecs();
    synchronized (LOADING) {
      try (LoadEnvironment environment = NativeThreads.environment()) {
        Loader.load(opencv_dnn.class);
      }
    }
  }

  /**
   * Loads OpenCV's image codecs, which load OpenBLAS. They log nothing unless OPENCV_LOG_LEVEL is
   * set, since a damaged image is an exception, and they start no threads.
   *
   * @throws UnsatisfiedLinkError see {@link #load()}
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
   * Returns the address of the function that runs work on the threads of LibTorch's OpenMP,
   * libgomp's GOMP_parallel; 0 if LibTorch has another OpenMP. LibTorch is loaded.
   */
  public static long openMpParallel() {
    Pointer function = Loader.addressof("GOMP_parallel");
    return function == null ? 0 : function.address();
  }

  /** Returns whether the class path has LibTorch with CUDA, without loading it. */
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

  /** Returns the number of threads that native code computes with, or will when it is loaded. */
  public static int threads() {
    return NativeThreads.number();
  }

  /** Loads LibTorch, and returns what contradicts the number of threads; empty if nothing does. */
  public static List<String> findings() {
    load();
    return NativeThreads.findings();
  }

  /** Sets what holds for the whole process, before the first library is loaded. */
  private static void prepareProcess() {
    prepareLoading();
    FreedMemory.keep();
  }

  /**
   * Sets what JavaCPP reads once, and checks the folder that it loads libraries from.
   *
   * @throws UnsatisfiedLinkError see {@link NativeCache#use}
   */
  static void prepareLoading() {
    raiseMemoryLimit();
    NativeCache.use();
  }

  /**
   * Raises JavaCPP's limit of the process's memory, weights and caches included. By default it is
   * four times the Java heap, so that legitimate work would end in an OutOfMemoryError. JavaCPP
   * reads it once, when its first pointer is made.
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
     * Opens the parts of LibTorch by path, so that the linker takes no others. JavaCPP opens
     * libtorch.so before it has extracted libtorch_cpu.so, which the former needs, and the linker
     * then takes that of a system-wide LibTorch with another ABI: the process dies. The linker does
     * not search for a library that is already open.
     */
    private static void preferOwnLibraries() throws IOException {
      if (torch.class.getResource(CPU_FOLDER + "libtorch_cpu.so") != null) {
        Loader.load(openblas.class);
        for (String library : LIBTORCH) {
          System.load(extracted(CPU_FOLDER + library).getPath());
        }
        return;
      }
      // The libraries with CUDA need CUDA's own, which JavaCPP finds and opens. It is enough to
      // extract them, since each searches the folder that it is in.
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
