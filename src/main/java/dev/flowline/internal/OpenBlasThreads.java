package dev.flowline.internal;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * OpenBLAS's threads, replaced by those of LibTorch's OpenMP. Two pools would compete for the
 * cores: idle threads of the one spin while those of the other want to compute.
 */
@Platform(include = {"flowline/flowline.h", "openblas_threads.hpp"})
final class OpenBlasThreads {
  private static final String SETTER = "openblas_set_threads_callback_function";

  private OpenBlasThreads() {}

  /**
   * Lets OpenBLAS compute on OpenMP's threads from now on. LibTorch is loaded, and OpenBLAS
   * computes nothing meanwhile.
   *
   * @return whether it does: not if OpenBLAS is too old or OpenMP is not libgomp, and then all is
   *     as it was
   */
  static boolean replace() {
    long setter = address(SETTER);
    long parallel = Natives.openMpParallel();
    long team = address("omp_get_num_threads");
    long config = address("openblas_get_config");
    if (setter == 0 || parallel == 0 || team == 0 || config == 0) {
      return false;
    }
    CachedNatives.refresh();
    Loader.load(OpenBlasThreads.class);
    return replace(setter, config, parallel, team);
  }

  /** Gives OpenBLAS its own threads back, to compare the two. It computes nothing meanwhile. */
  static void restore() {
    restore(address(SETTER));
  }

  private static long address(String function) {
    Pointer pointer = Loader.addressof(function);
    return pointer == null ? 0 : pointer.address();
  }

  @Name("flowline::OpenBlasThreads::replace")
  private static native boolean replace(
      @Cast("flowline::OpenBlasThreads::Setter") long setter,
      @Cast("flowline::OpenBlasThreads::Config") long config,
      @Cast("flowline_parallel") long parallel,
      @Cast("flowline::OpenBlasThreads::TeamSize") long team);

  @Name("flowline::OpenBlasThreads::restore")
  private static native void restore(@Cast("flowline::OpenBlasThreads::Setter") long setter);
}
