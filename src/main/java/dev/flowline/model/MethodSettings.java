package dev.flowline.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Settings of a {@link Method} between their record, JSON, and names with values in text. */
public final class MethodSettings {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private MethodSettings() {}

  /**
   * Reads settings from JSON.
   *
   * @throws IllegalArgumentException naming the setting, if one is unknown, missing or wrong
   */
  static Method read(ModelKind kind, JsonNode settings) {
    if (settings == null || !settings.isObject()) {
      throw new IllegalArgumentException("settings of " + kind + " must be a JSON object");
    }
    try {
      SettingBounds.require(settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(kind + ": " + e.getMessage(), e);
    }
    try {
      return JSON.treeToValue(settings, kind.method());
    } catch (JsonProcessingException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IllegalArgumentException said) {
          throw new IllegalArgumentException(kind + ": " + said.getMessage(), e);
        }
      }
      throw new IllegalArgumentException("settings of " + kind + ": " + wrong(e), e);
    }
  }

  /** Says what is wrong, in the words of the settings if it can, otherwise in Jackson's. */
  private static String wrong(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "no setting '%s'; there are %s"
          .formatted(path(unknown), new TreeSet<>(unknown.getKnownPropertyIds()));
    }
    if (e instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
      String names = Arrays.toString(format.getTargetType().getEnumConstants());
      return "%s must be one of %s, got %s".formatted(path(format), names, format.getValue());
    }
    return firstLine(e.getOriginalMessage());
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .collect(Collectors.joining("."));
  }

  /**
   * Returns settings with some of them set anew.
   *
   * @param changes by name, of a setting within another by both with a dot between; a value is
   *     JSON, or text that stands for itself
   * @throws IllegalArgumentException naming the setting, if one is unknown or its value wrong
   */
  public static Method with(ModelKind kind, Method settings, Map<String, String> changes) {
    ObjectNode object = JSON.valueToTree(settings);
    changes.forEach(
        (name, value) -> {
          String[] path = name.split("\\.", -1);
          if (!names(kind).contains(path[0])) {
            throw new IllegalArgumentException(
                kind + " has no setting '" + name + "'; it has " + names(kind));
          }
          ObjectNode within = object;
          for (int i = 0; i < path.length - 1; i++) {
            if (!(within.get(path[i]) instanceof ObjectNode next)) {
              throw new IllegalArgumentException(
                  kind + " has no setting '" + name + "': '" + path[i] + "' has no parts");
            }
            within = next;
          }
          within.set(path[path.length - 1], value(value));
        });
    return read(kind, object);
  }

  /**
   * Writes settings out for people, as in {@code steps 4, softClamp TANH}; settings within others
   * stand in brackets.
   */
  public static String inWords(Method settings) {
    return inWords(JSON.<JsonNode>valueToTree(settings));
  }

  private static String inWords(JsonNode settings) {
    return settings.properties().stream()
        .map(field -> field.getKey() + " " + word(field.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String word(JsonNode value) {
    if (value.isObject()) {
      return "(" + inWords(value) + ")";
    }
    return value.isTextual() ? value.asText() : value.toString();
  }

  private static List<String> names(ModelKind kind) {
    return Arrays.stream(kind.method().getRecordComponents())
        .map(RecordComponent::getName)
        .toList();
  }

  private static JsonNode value(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return new TextNode(text); // a word, as the name of a law
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
