package dev.flowline.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
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

  /**
   * Refuses a folder that holds something with other settings.
   *
   * @param what it holds, such as {@code a run}
   * @throws IllegalArgumentException naming the folder and what differs, if something does
   */
  public static void requireNone(Path folder, String what, JsonNode there, JsonNode now) {
    Optional<String> difference = between(there, now);
    if (difference.isPresent()) {
      throw new IllegalArgumentException(
          "%s holds %s with other settings (%s): name another folder with --output, or delete it"
              .formatted(folder, what, difference.get()));
    }
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
