package dev.flowline.page;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The text that a picture holds in its pixels. */
public final class BurntInText {
  private static final int WHITE = 0xffffff;

  private BurntInText() {}

  /** Returns the characters, each on a line with its seven rows below it. */
  static List<String> glyphs() throws IOException {
    return Files.readAllLines(Path.of("src/main/resources/dev/flowline/page/glyphs.txt"));
  }

  /**
   * Reads white text as a person would: glyph by glyph, at any place and scale; a line for a line.
   */
  public static List<String> read(BufferedImage picture) throws IOException {
    List<String> glyphs = glyphs();
    List<String> lines = new ArrayList<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int scale = 1; scale <= 6; scale++) {
        StringBuilder line = new StringBuilder();
        int end = 0;
        for (int x = 0; x + 5 * scale <= picture.getWidth(); x++) {
          for (int g = 0; g + 7 < glyphs.size(); g += 8) {
            if (stands(picture, glyphs.subList(g + 1, g + 8), x, y, scale, WHITE)) {
              line.append(line.length() > 0 && x > end + scale ? " " : "").append(glyphs.get(g));
              end = x + 5 * scale;
            }
          }
        }
        if (line.length() > 1) {
          lines.add(line.toString());
        }
      }
    }
    return lines;
  }

  /** Returns whether a character stands at a place, with nothing of its colour close about it. */
  static boolean stands(
      BufferedImage picture, List<String> glyph, int left, int top, int scale, int colour) {
    if (top + 7 * scale > picture.getHeight()) {
      return false;
    }
    for (int y = -1; y <= 7 * scale; y++) {
      for (int x = -1; x <= 5 * scale; x++) {
        boolean inside = x >= 0 && x < 5 * scale && y >= 0 && y < 7 * scale;
        boolean ink = inside && glyph.get(y / scale).charAt(x / scale) == '#';
        if (ink != isInk(picture, left + x, top + y, colour)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isInk(BufferedImage picture, int x, int y, int colour) {
    return x >= 0
        && y >= 0
        && x < picture.getWidth()
        && y < picture.getHeight()
        && (picture.getRGB(x, y) & 0xffffff) == colour;
  }
}
