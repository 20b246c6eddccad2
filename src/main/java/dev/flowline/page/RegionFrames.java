package dev.flowline.page;

import dev.flowline.segmentation.Region;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Numbered frames about the regions of a picture. The first region decided: its frame is twice as
 * wide, and its number stands in reversed colours.
 */
public final class RegionFrames {
  /** The number of regions that get a frame; more of them would hide the part. */
  public static final int MOST = 20;

  private static final int WHITE = 0xffffff;

  private RegionFrames() {}

  /**
   * Draws the frames onto a picture.
   *
   * @param regions in pixels of the picture, the one that decided first
   */
  public static void draw(BufferedImage picture, List<Region> regions) {
    int thickness = MaskOverlay.thickness(picture);
    for (int i = Math.min(regions.size(), MOST) - 1; i >= 0; i--) { // the first one on top
      frame(picture, regions.get(i), i + 1, i == 0 ? 2 * thickness : thickness, thickness);
    }
  }

  private static void frame(BufferedImage picture, Region region, int number, int line, int gap) {
    int left = Math.max(0, region.x() - gap - line);
    int top = Math.max(0, region.y() - gap - line);
    int right = Math.min(picture.getWidth(), region.x() + region.width() + gap + line);
    int bottom = Math.min(picture.getHeight(), region.y() + region.height() + gap + line);
    int colour = MaskOverlay.DETECTED;
    PixelFont.fill(picture, left, top, right - left, line, colour);
    PixelFont.fill(picture, left, bottom - line, right - left, line, colour);
    PixelFont.fill(picture, left, top, line, bottom - top, colour);
    PixelFont.fill(picture, right - line, top, line, bottom - top, colour);
    tag(picture, left, top, bottom, number);
  }

  /** Writes a number above a frame, or below it, or, without room, within it. */
  private static void tag(BufferedImage picture, int left, int top, int bottom, int number) {
    String text = Integer.toString(number);
    int scale = Math.max(1, MaskOverlay.thickness(picture) / 2);
    int width = (PixelFont.width(text) + 4) * scale;
    int height = (PixelFont.HEIGHT + 4) * scale;
    int y =
        top - height >= 0 ? top - height : bottom + height <= picture.getHeight() ? bottom : top;
    int x = Math.max(0, Math.min(left, picture.getWidth() - width));
    boolean decided = number == 1;
    PixelFont.fill(picture, x, y, width, height, decided ? MaskOverlay.DETECTED : WHITE);
    PixelFont.draw(
        picture, text, x + 2 * scale, y + 2 * scale, scale, decided ? WHITE : MaskOverlay.DETECTED);
  }
}
