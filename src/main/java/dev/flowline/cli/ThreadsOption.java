package dev.flowline.cli;

import dev.flowline.runtime.NativeRuntime;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --threads} of every command that computes. */
@HelpGroup.In(HelpGroup.GENERAL)
final class ThreadsOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

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

  /** Loads LibTorch with {@link #number} threads, which takes up to 20 s, and says so before. */
  void load() {
    Flowline.begins(command, "loading LibTorch");
    if (threads != null) {
      NativeRuntime.setThreads(threads);
    }
    NativeRuntime.load();
  }
}
