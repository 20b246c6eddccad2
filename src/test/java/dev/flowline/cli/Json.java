package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads what commands print for machines, and nothing that is not exactly that. */
final class Json {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /** The one object that the text is. */
  static JsonNode object(String text) throws IOException {
    JsonNode node = STRICT.readTree(text);
    assertNotNull(node);
    assertTrue(node.isObject(), text);
    return node;
  }

  /** One object a line. */
  static List<JsonNode> lines(String text) throws IOException {
    List<JsonNode> objects = new java.util.ArrayList<>();
    for (String line : text.lines().toList()) {
      objects.add(object(line));
    }
    return objects;
  }

  static List<JsonNode> lines(Path file) throws IOException {
    return lines(Files.readString(file));
  }

  static void assertKeys(JsonNode object, String... keys) {
    for (String key : keys) {
      assertTrue(object.has(key), "no key " + key + " in " + object);
    }
  }
}
