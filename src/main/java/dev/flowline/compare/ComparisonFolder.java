package dev.flowline.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder of a comparison's results, which one comparison at a time works in. */
final class ComparisonFolder implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final FileChannel channel;

  private ComparisonFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes the folder if it is missing, and keeps others out until it is closed.
   *
   * @throws IOException naming the folder, if another comparison works in it
   */
  static ComparisonFolder lock(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) {
        throw new IOException("another comparison is at work in " + folder);
      }
      return new ComparisonFolder(folder, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns null if another program, or another part of this one, has the lock. */
  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Writes the results so far, {@code compare.json} and the page. */
  void write(String title, Comparison comparison) throws IOException {
    AtomicFile.write(folder.resolve("compare.json"), json(comparison) + "\n");
    new ComparisonPage(title, comparison).write(folder);
  }

  private static String json(Comparison comparison) {
    try {
      return JSON.writeValueAsString(comparison.answer());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close(); // and with it the lock
  }
}
