package dev.flowline.model;

import dev.flowline.io.OneLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Decides whether the program that a model file may hold is run. A TorchScript network is a
 * program: it can read and write files with the rights of the process. An ONNX graph is none, and
 * is not asked about.
 */
public final class ProgramPolicy {
  /** Refuses a model file that holds a program. */
  public static final ProgramPolicy REFUSE = new ProgramPolicy(false, Set.of());

  /** Runs whatever program a model file holds: for files of a trusted origin. */
  public static final ProgramPolicy RUN = new ProgramPolicy(true, Set.of());

  private final boolean any;
  private final Set<String> allowed;

  private ProgramPolicy(boolean any, Set<String> allowed) {
    this.any = any;
    this.allowed = allowed;
  }

  /**
   * Returns the policy that runs these programs and no others.
   *
   * @param sha256 digests of the programs in lower-case hexadecimal digits, as {@code info} shows
   *     them
   */
  public static ProgramPolicy only(Set<String> sha256) {
    return new ProgramPolicy(false, Set.copyOf(sha256));
  }

  /** Returns whether a network may run: it is no program, or one that is allowed. */
  boolean allows(StoredNetwork network) {
    return !network.program() || any || allowed.contains(network.sha256());
  }

  /** Refuses a program that must not run. */
  void check(Path file, StoredNetwork network) throws IOException {
    if (!allows(network)) {
      throw new IOException(
          "%s holds a TorchScript program (%s, SHA-256 %s), which would run with your rights: if you trust it, allow it with --allow-program, in Java with ProgramPolicy.RUN"
              .formatted(file, OneLine.of(network.file()), network.sha256()));
    }
  }
}
