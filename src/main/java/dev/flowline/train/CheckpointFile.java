package dev.flowline.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Where a training keeps its checkpoint: in one file, or nowhere. It also keeps when the training
 * began, which a resumed one takes from the file: so it gives the same model file as one that was
 * not stopped.
 */
final class CheckpointFile {
  /** No file: nothing is kept. */
  static final CheckpointFile NONE = new CheckpointFile(null, null);

  private final Path path; // null for none
  private Instant startedAt;

  private CheckpointFile(Path path, Instant startedAt) {
    this.path = path;
    this.startedAt = startedAt;
  }

  /**
   * Keeps checkpoints in a file, which need not exist.
   *
   * @param startedAt when the training begins, unless the file says that it began earlier
   */
  static CheckpointFile at(Path path, Instant startedAt) {
    return new CheckpointFile(path, startedAt);
  }

  /** When the training began; once it is read, as the file says. */
  Instant startedAt() {
    return startedAt;
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
    checkpoint.startedAt(startedAt).write(path);
    return true;
  }

  /**
   * Reads the checkpoint; empty if there is none.
   *
   * @throws IOException naming the file, if it is no checkpoint, truncated or altered
   */
  Optional<Checkpoint> read() throws IOException {
    if (path == null || !Files.exists(path)) {
      return Optional.empty();
    }
    Checkpoint checkpoint = Checkpoint.read(path);
    String started = checkpoint.header().startedAt();
    if (started != null) {
      try {
        startedAt = Instant.parse(started);
      } catch (DateTimeParseException e) {
        throw new IOException(path + " is damaged: it began at '" + started + "'", e);
      }
    }
    return Optional.of(checkpoint);
  }

  /**
   * Says what is left of a training that ends now.
   *
   * @param epoch of the last checkpoint; 0 for none
   */
  String rescue(int epoch) {
    return epoch == 0
        ? "no checkpoint had been written yet"
        : "the state after epoch " + epoch + " is kept in " + this;
  }

  @Override
  public String toString() {
    return path == null ? "no checkpoint" : path.toString();
  }
}
