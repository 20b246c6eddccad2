package dev.flowline.cli;

import dev.flowline.runtime.NativeRuntime;
import picocli.CommandLine.Option;

/** The option {@code --threads} of every command that computes. */
@HelpGroup.In(HelpGroup.GENERAL)
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = WholeNumber.AtLeastOne.class,
      description = "Threads of LibTorch and OpenBLAS (default: OMP_NUM_THREADS, or one per core).")
  private Integer threads;

  /** Returns the number of threads that the user gave, or what suits the machine; at least 1. */
  int number() {
    return threads == null ? NativeRuntime.threads() : threads;
  }

  /** Returns the number of threads that the user gave; null for none. */
  Integer given() {
    return threads;
  }

  /** Loads LibTorch with {@link #number} threads. */
  void load() {
    if (threads != null) {
      NativeRuntime.setThreads(threads);
    }
    NativeRuntime.load();
  }
}
