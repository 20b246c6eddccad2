package dev.flowline.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.io.AtomicFile;
import dev.flowline.io.OutputLock;
import java.io.IOException;
import java.nio.file.Path;

/** The folder of a comparison's results, which one comparison at a time works in. */
final class ComparisonFolder implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final OutputLock lock;

  private ComparisonFolder(Path folder, OutputLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes the folder if it is missing, and keeps others out until it is closed.
   *
   * @throws IOException naming the folder, if another comparison works in it
   */
  static ComparisonFolder lock(Path folder) throws IOException {
    return new ComparisonFolder(folder, OutputLock.ofFolder(folder, "comparison"));
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
  public void close() {
    lock.close();
  }
}
