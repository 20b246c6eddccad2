package dev.flowline.io;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The exact name of a file whose name is not UTF-8, as from a computer that writes Latin-1. Java
 * decodes such bytes to U+FFFD, and the text names no file any more.
 */
public final class ExactName {
  private ExactName() {}

  /**
   * Returns a file as a URI, with the bytes of its name percent-encoded; null if its text names it.
   */
  public static String uriOf(Path file) {
    return isText(file) ? null : file.toUri().toString();
  }

  /** Returns a file as text, or as {@link #uriOf} if its text does not name it. */
  public static String of(Path file) {
    return isText(file) ? file.toString() : file.toUri().toString();
  }

  private static boolean isText(Path file) {
    try {
      return Path.of(file.toString()).equals(file);
    } catch (InvalidPathException e) {
      return false; // the system's character set lacks U+FFFD
    }
  }
}
