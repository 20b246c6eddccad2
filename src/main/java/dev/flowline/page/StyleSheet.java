package dev.flowline.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The style sheet of every page, {@code report.css} of the jar. */
final class StyleSheet {
  static final String CSS = read("report.css");

  private StyleSheet() {}

  private static String read(String resource) {
    try (InputStream stream = StyleSheet.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + resource + " is missing from the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
