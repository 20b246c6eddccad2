package dev.flowline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.compare.ComparedRun;
import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a run of a comparison was asked to do, and what came of it: {@code run.json} in its folder.
 *
 * @param settings all that the result depends on
 * @param result null of a run that has not ended
 */
record RunFile(JsonNode settings, ComparedRun result) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Settings as they will be read again. */
  static JsonNode settings(Map<String, Object> values) {
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
   * That of a folder; null where there is none.
   *
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

  /** Whether the run came to its end and need not be done again. */
  boolean isFinished() {
    return result != null && !result.isFailed();
  }

  /** Whether it ended without a result. */
  boolean isFailed() {
    return result != null && result.isFailed();
  }

  /**
   * @throws IllegalArgumentException naming what differs, if the settings are others
   */
  void requireSettings(JsonNode now, Path folder) {
    String difference = difference("", settings, now);
    if (difference != null) {
      throw new IllegalArgumentException(
          "%s holds a run with other settings (%s): name another folder with --output, or delete it"
              .formatted(folder, difference));
    }
  }

  /** The first value that is another one; null where there is none. */
  private static String difference(String name, JsonNode there, JsonNode now) {
    if (there.isObject() && now.isObject()) {
      Set<String> names = new LinkedHashSet<>();
      now.fieldNames().forEachRemaining(names::add);
      there.fieldNames().forEachRemaining(names::add);
      for (String field : names) {
        String below = name.isEmpty() ? field : name + "." + field;
        String difference = difference(below, there.path(field), now.path(field));
        if (difference != null) {
          return difference;
        }
      }
      return null;
    }
    return there.equals(now) ? null : name + " was " + there + ", is " + now;
  }
}
