package dev.flowline.certificate;

import dev.flowline.io.OneLine;

/** The bounds of digests that a logbook holds, which may come from anybody. */
final class Digits {
  private Digits() {}

  /** Requires the SHA-256 of something, 64 hexadecimal digits. */
  static void requireSha256(String name, String value) {
    if (value == null || !value.matches("[0-9a-f]{64}")) {
      String got = OneLine.of(String.valueOf(value));
      throw new IllegalArgumentException(
          "%s must be 64 hexadecimal digits, got '%s'"
              .formatted(name, got.substring(0, Math.min(got.length(), 80))));
    }
  }
}
