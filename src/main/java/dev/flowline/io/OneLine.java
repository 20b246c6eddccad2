package dev.flowline.io;

/**
 * The rule for texts of files that other people made, so that a terminal shows each as one line.
 */
public final class OneLine {
  private OneLine() {}

  /** Returns whether a text holds no character that breaks a line or steers a terminal. */
  public static boolean fits(String text) {
    return text.codePoints().noneMatch(OneLine::breaks);
  }

  /** Returns a text with {@code ?} in place of each character that it must not hold. */
  public static String of(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints().map(c -> breaks(c) ? '?' : c).forEach(line::appendCodePoint);
    return line.toString();
  }

  private static boolean breaks(int character) {
    int type = Character.getType(character);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
