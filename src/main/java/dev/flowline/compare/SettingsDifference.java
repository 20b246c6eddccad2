package dev.flowline.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The difference of two settings, both as JSON. */
public final class SettingsDifference {
  private SettingsDifference() {}

  /** Returns the first value that differs, in words; empty if none does. */
  public static Optional<String> between(JsonNode there, JsonNode now) {
    return Optional.ofNullable(difference("", there, now));
  }

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
