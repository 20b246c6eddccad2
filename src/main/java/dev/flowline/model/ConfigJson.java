package dev.flowline.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.io.OneLine;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model's configuration as JSON. What is read may come from anybody: a name that stands twice, a
 * value of the wrong kind and a null are refused, and {@link SettingBounds} hold before anything is
 * built.
 */
final class ConfigJson {
  /** The parts in which older versions wrote nulls; their own types check what they need. */
  private static final Set<String> PARTS_WITH_NULLS = Set.of("calibration", "history");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private ConfigJson() {}

  static String write(ModelConfig config) {
    JsonNode tree = JSON.valueToTree(config);
    return tree.toString();
  }

  /**
   * Reads a configuration.
   *
   * @param ofUFlow whether the settings of u-flow, the only kind of model then, stand in the
   *     configuration itself
   * @throws IllegalArgumentException naming the key at fault
   */
  static ModelConfig read(String text, boolean ofUFlow) {
    try {
      if (!(JSON.readTree(text) instanceof ObjectNode config)) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      if (ofUFlow) {
        settingsApart(config);
      }
      config
          .properties()
          .forEach(
              part -> {
                if (!PARTS_WITH_NULLS.contains(part.getKey())) {
                  requireNoNull(part.getKey(), part.getValue());
                }
              });
      return JSON.treeToValue(config, ModelConfig.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(said(e), e);
    }
  }

  private static void settingsApart(ObjectNode config) {
    ObjectNode settings = config.objectNode();
    for (String name : List.of("steps", "softClamp")) {
      if (config.has(name)) {
        settings.set(name, config.remove(name));
      }
    }
    config.set("settings", settings);
  }

  private static void requireNoNull(String key, JsonNode value) {
    if (value.isNull()) {
      throw new IllegalArgumentException(key + " is null");
    }
    value.properties().forEach(e -> requireNoNull(key + "." + e.getKey(), e.getValue()));
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      requireNoNull(key + "[" + i + "]", value.get(i));
    }
  }

  /** Returns the key at fault and the reason: in the words of the type that refused, if it did. */
  private static String said(JsonProcessingException e) {
    String reason = e.getOriginalMessage();
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof NullPointerException && cause.getMessage() != null) {
        reason = cause.getMessage() + " is missing";
        break;
      }
      if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
        reason = cause.getMessage();
        break;
      }
    }
    String key = e instanceof JsonMappingException mapping ? path(mapping) : place(e);
    return OneLine.of(key.isEmpty() ? firstLine(reason) : key + ": " + firstLine(reason));
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : "character " + at.getCharOffset();
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }

  private static String firstLine(String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
