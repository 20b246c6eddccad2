package dev.flowline.page;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A band below a picture that says in words what the picture shows. It hides no pixel, and every
 * pixel keeps its coordinates.
 */
public final class CaptionBand {
  private static final int WHITE = 0xffffff;
  private static final int CHARACTERS = 40; // of a line on a large picture

  private CaptionBand() {}

  /**
   * Returns a picture with a band below it. Lines that are too long are broken between words; a
   * picture that is narrower than a word is continued to the right in the band's colour.
   *
   * @param colour of the band, 0xRRGGBB, dark enough for white text
   * @param lines the first of them twice as large
   */
  public static BufferedImage below(BufferedImage picture, int colour, List<String> lines) {
    int scale =
        Math.max(1, Math.round(picture.getWidth() / (float) (CHARACTERS * PixelFont.ADVANCE)));
    int margin = 3 * scale;
    int width = Math.max(picture.getWidth(), widest(lines, scale) + 2 * margin);
    List<String> title = broken(lines.get(0), (width - 2 * margin) / (2 * scale));
    List<String> rest = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      rest.addAll(broken(line, (width - 2 * margin) / scale));
    }
    int lineHeight = (PixelFont.HEIGHT + 3) * scale;
    int height = 2 * margin + (2 * title.size() + rest.size()) * lineHeight;
    BufferedImage whole =
        new BufferedImage(width, picture.getHeight() + height, BufferedImage.TYPE_INT_RGB);
    PixelFont.fill(whole, 0, 0, width, whole.getHeight(), colour);
    whole
        .getRaster()
        .setRect(MaskOverlay.scaled(picture, picture.getWidth(), picture.getHeight()).getRaster());
    int y = picture.getHeight() + margin;
    for (String line : title) {
      PixelFont.draw(whole, line, margin, y, 2 * scale, WHITE);
      y += 2 * lineHeight;
    }
    for (String line : rest) {
      PixelFont.draw(whole, line, margin, y, scale, WHITE);
      y += lineHeight;
    }
    return whole;
  }

  /** Returns the width of the widest word. */
  private static int widest(List<String> lines, int scale) {
    int widest = 0;
    for (int i = 0; i < lines.size(); i++) {
      for (String word : lines.get(i).split(" ")) {
        widest = Math.max(widest, PixelFont.width(word) * (i == 0 ? 2 * scale : scale));
      }
    }
    return widest;
  }

  /** Returns a line as lines of at most so many pixels, unless a word alone is longer. */
  private static List<String> broken(String line, int width) {
    List<String> lines = new ArrayList<>();
    String current = "";
    for (String word : line.split(" ")) {
      String longer = current.isEmpty() ? word : current + " " + word;
      if (!current.isEmpty() && PixelFont.width(longer) > width) {
        lines.add(current);
        longer = word;
      }
      current = longer;
    }
    lines.add(current);
    return lines;
  }
}
