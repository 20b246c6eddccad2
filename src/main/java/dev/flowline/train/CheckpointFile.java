package dev.flowline.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a training keeps its checkpoint: in one file, or nowhere. */
final class CheckpointFile {
  /** No file: nothing is kept. */
  static final CheckpointFile NONE = new CheckpointFile(null);

  private final Path path; // null for none

  private CheckpointFile(Path path) {
    this.path = path;
  }

  /** Keeps checkpoints in a file, which need not exist. */
  static CheckpointFile at(Path path) {
    return new CheckpointFile(path);
  }

  /**
   * Replaces the checkpoint.
   *
   * @return whether it was kept
   * @throws IOException naming the file, if it cannot be written
   */
  boolean write(Checkpoint checkpoint) throws IOException {
    if (path == null) {
      return false;
    }
    checkpoint.write(path);
    return true;
  }

  /**
   * Reads the checkpoint; empty if there is none.
   *
   * @throws IOException naming the file, if it is no checkpoint, truncated or altered
   */
  Optional<Checkpoint> read() throws IOException {
    return path == null || !Files.exists(path)
        ? Optional.empty()
        : Optional.of(Checkpoint.read(path));
  }

  @Override
  public String toString() {
    return path == null ? "no checkpoint" : path.toString();
  }
}
