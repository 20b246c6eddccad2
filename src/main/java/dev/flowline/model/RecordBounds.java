package dev.flowline.model;

import dev.flowline.data.ImageDigests;
import dev.flowline.io.OneLine;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The bounds of what {@link Provenance} records: a model file may come from anybody. */
final class RecordBounds {
  private static final int LONGEST_TEXT = 4096;
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{" + ImageDigests.LENGTH + "}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private RecordBounds() {}

  /** Returns a copy of a list, which must not hold null. */
  static <T> List<T> list(String name, List<T> values) {
    if (values.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(name + " must not hold null");
    }
    return List.copyOf(values);
  }

  /** Returns a copy of a list, which must be of digests of images. */
  static List<String> digests(String name, List<String> values) {
    if (values == null) {
      throw new IllegalArgumentException(name + " must be a list of digests, got null");
    }
    values.forEach(value -> digits(DIGEST, name, value));
    return List.copyOf(values);
  }

  /** Requires the SHA-256 of a file, 64 hexadecimal digits. */
  static void sha256(String name, String value) {
    digits(SHA256, name, value);
  }

  private static void digits(Pattern pattern, String name, String value) {
    if (value == null || !pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s must be a digest %s, got %s".formatted(name, pattern, brief(value)));
    }
  }

  /** Requires a text that a terminal can show as one line. */
  static void text(String name, String value) {
    boolean fits = value != null && !value.isBlank() && value.length() <= LONGEST_TEXT;
    if (!fits || !OneLine.fits(value)) {
      throw new IllegalArgumentException(
          "%s must be a line of 1 to %s characters, got %s"
              .formatted(brief(name), LONGEST_TEXT, brief(value)));
    }
  }

  /** Requires a time in UTC, ISO 8601. */
  static void date(String date) {
    try {
      Instant.parse(String.valueOf(date));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("date must be a time in UTC, got " + brief(date), e);
    }
  }

  private static String brief(String value) {
    if (value == null) {
      return "null";
    }
    String line = OneLine.of(value);
    return line.length() > 60 ? line.substring(0, 60) + "…" : "'" + line + "'";
  }
}
