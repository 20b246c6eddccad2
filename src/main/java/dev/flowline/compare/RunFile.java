package dev.flowline.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file {@code run.json} in the folder of a run: its settings and its result.
 *
 * @param settings all that the result depends on
 * @param result null of a run that has not ended
 */
record RunFile(JsonNode settings, ComparedRun result) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Returns settings as they will be read again. */
  static JsonNode tree(RunSettings values) {
    try {
      return JSON.readTree(JSON.writeValueAsString(values));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path in(Path folder) {
    return folder.resolve("run.json");
  }

  /**
   * Reads the file of a folder.
   *
   * @return null if there is none
   * @throws IOException naming the file, if it cannot be read
   */
  static RunFile read(Path folder) throws IOException {
    Path file = in(folder);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return JSON.readValue(Files.readString(file), RunFile.class);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  void write(Path folder) throws IOException {
    AtomicFile.write(in(folder), JSON.writeValueAsString(this) + "\n");
  }

  /** Returns whether the run has a result and need not be done again. */
  boolean isFinished() {
    return result != null && !result.isFailed();
  }

  /** Returns whether the run ended without a result. */
  boolean isFailed() {
    return result != null && result.isFailed();
  }

  /**
   * Refuses other settings.
   *
   * @throws IllegalArgumentException naming what differs, if the settings are others
   */
  void requireSettings(JsonNode now, Path folder) {
    SettingsDifference.requireNone(folder, "a run", settings, now);
  }
}
