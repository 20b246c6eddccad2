package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file beside its destination, forces it to the disk and renames it: a reader sees the old
 * file or the new one, whole, also after a crash or on a full disk.
 *
 * <p>What is not yet whole is called {@code .NAME.partial}. A killed process leaves it behind and
 * the next one writes over it, so that two writers of one file at the same time are not supported.
 */
public final class AtomicFile {
  /** Fills the file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Makes the folders above the file where they are missing.
   *
   * @throws IOException naming the file and the reason, if it cannot be written; the old file is
   *     then untouched and the partial one removed
   */
  public static void write(Path file, Content content) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    Path partial = absolute.resolveSibling("." + absolute.getFileName() + ".partial");
    boolean whole = false;
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(partial, absolute);
      whole = true;
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true); // the rename itself
      }
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + FileFault.of(e), e);
    } finally {
      if (!whole) {
        discard(partial);
      }
    }
  }

  /**
   * Writes text, in UTF-8.
   *
   * @throws IOException as {@link #write(Path, Content)}
   */
  public static void write(Path file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void discard(Path partial) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      // What is to be told is why the file could not be written.
    }
  }
}
