package dev.flowline.page;

import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A small font of its own, 5 × 7 pixels per character: fonts of the system may be missing where an
 * inspection runs. It has the capital letters, the digits and what numbers take; small letters show
 * as capitals, everything else as a question mark.
 */
final class PixelFont {
  /** Columns per character, the gap after it included. */
  static final int ADVANCE = 6;

  /** Rows per character. */
  static final int HEIGHT = 7;

  private static final int WIDTH = 5;
  private static final Map<Integer, List<String>> GLYPHS = read();

  private PixelFont() {}

  /** Returns the characters of {@code glyphs.txt}, each with its rows below it. */
  private static Map<Integer, List<String>> read() {
    List<String> lines = PageResource.read("glyphs.txt").lines().toList();
    Map<Integer, List<String>> glyphs = new HashMap<>();
    for (int i = 0; i < lines.size(); i += HEIGHT + 1) {
      glyphs.put(lines.get(i).codePointAt(0), lines.subList(i + 1, i + 1 + HEIGHT));
    }
    return glyphs;
  }

  /** Returns the width of a text in pixels, at a scale of 1. */
  static int width(String text) {
    return Math.max(0, text.codePointCount(0, text.length()) * ADVANCE - 1);
  }

  /**
   * Draws a text; what leaves the picture is cut off.
   *
   * @param x left of the text
   * @param y top of the text
   * @param scale pixels of the picture per pixel of the font, in a row and in a column
   * @param colour 0xRRGGBB
   */
  static void draw(BufferedImage picture, String text, int x, int y, int scale, int colour) {
    int left = x;
    for (int character : text.toUpperCase(Locale.ROOT).codePoints().toArray()) {
      if (character != ' ') {
        List<String> glyph = GLYPHS.getOrDefault(character, GLYPHS.get((int) '?'));
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
          if (glyph.get(i / WIDTH).charAt(i % WIDTH) == '#') {
            fill(picture, left + i % WIDTH * scale, y + i / WIDTH * scale, scale, scale, colour);
          }
        }
      }
      left += ADVANCE * scale;
    }
  }

  /** Fills a rectangle; what leaves the picture is cut off. */
  static void fill(BufferedImage picture, int x, int y, int width, int height, int colour) {
    int right = Math.min(x + width, picture.getWidth());
    int bottom = Math.min(y + height, picture.getHeight());
    for (int row = Math.max(0, y); row < bottom; row++) {
      for (int column = Math.max(0, x); column < right; column++) {
        picture.setRGB(column, row, colour);
      }
    }
  }
}
