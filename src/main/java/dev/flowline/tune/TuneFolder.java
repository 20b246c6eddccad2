package dev.flowline.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/** The files of a tuning's result: {@code tune.json}, {@code tune.html} and {@code tune.svg}. */
final class TuneFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TuneFolder() {}

  /**
   * Writes the result.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  static void write(Path folder, TuneResult result) throws IOException {
    AtomicFile.write(folder.resolve("tune.json"), json(result) + "\n");
    AtomicFile.write(folder.resolve("tune.html"), new TunePage(result).html());
    TuneChart chart = new TuneChart(result);
    if (chart.hasPoints()) {
      AtomicFile.write(folder.resolve("tune.svg"), chart.file());
    }
  }

  private static String json(TuneResult result) {
    try {
      return JSON.writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
