package dev.flowline.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Upper bounds of a method's settings, far above what anybody trains. They are there for what comes
 * from a file: a flow of 10^9 steps would take all memory before its weights are missed. Lower
 * bounds, and what settings mean to each other, are for the method's record to say.
 */
final class SettingBounds {
  /** By the setting's own name, wherever it stands; all others are at most {@link #MOST}. */
  private static final Map<String, Double> BY_NAME =
      Map.ofEntries(
          Map.entry("steps", 1_000.0),
          Map.entry("blocks", 1_000.0),
          Map.entry("parts", 1_000.0),
          Map.entry("kernels", 255.0),
          Map.entry("hidden", 65_536.0),
          Map.entry("hiddenRatio", 64.0),
          Map.entry("codeDimensions", 4_096.0),
          Map.entry("channels", 65_536.0),
          Map.entry("sigma", 1_000.0),
          Map.entry("scale", 1_000.0),
          Map.entry("trainingRotations", 4_096.0),
          Map.entry("testRotations", 4_096.0));

  private static final double MOST = 1e9;
  private static final int LONGEST_LIST = 1_000;
  private static final int LONGEST_TEXT = 10_000;
  private static final Set<String> NO_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");

  private SettingBounds() {}

  /**
   * Checks settings and those within them.
   *
   * @throws IllegalArgumentException naming the setting, its value and the bound
   */
  static void require(JsonNode settings) {
    settings.properties().forEach(s -> require(s.getKey(), s.getKey(), s.getValue()));
  }

  private static void require(String path, String name, JsonNode value) {
    if (value.isNull()) {
      throw new IllegalArgumentException(path + " is null");
    }
    if (value.isNumber()) {
      double most = BY_NAME.getOrDefault(name, MOST);
      if (!(Math.abs(value.doubleValue()) <= most)) {
        throw new IllegalArgumentException(
            "%s must be at most %.0f, got %s".formatted(path, most, shortened(value.asText())));
      }
    }
    if (value.isTextual() && NO_NUMBERS.contains(value.asText())) {
      throw new IllegalArgumentException(path + " must be a number, got " + value.asText());
    }
    if (value.isTextual() && value.asText().length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "%s must have at most %d characters, has %d"
              .formatted(path, LONGEST_TEXT, value.asText().length()));
    }
    if (value.isArray() && value.size() > LONGEST_LIST) {
      throw new IllegalArgumentException(
          "%s must have at most %d values, has %d".formatted(path, LONGEST_LIST, value.size()));
    }
    value.properties().forEach(s -> require(path + "." + s.getKey(), s.getKey(), s.getValue()));
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      require(path + "[" + i + "]", name, value.get(i));
    }
  }

  private static String shortened(String number) {
    return number.length() <= 30 ? number : number.substring(0, 30) + "…";
  }
}
