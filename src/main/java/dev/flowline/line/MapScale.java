package dev.flowline.line;

import dev.flowline.segmentation.Region;

/**
 * The scale between a map's pixels and an image's: a map of any size covers the whole image.
 *
 * @param mapHeight rows of the map
 * @param mapWidth columns of the map
 * @param imageHeight rows of the image
 * @param imageWidth columns of the image
 */
public record MapScale(int mapHeight, int mapWidth, int imageHeight, int imageWidth) {
  /**
   * Returns a region in pixels of the image. Its box covers every image pixel that its map pixels
   * touch, and no other. Edges are computed in integers: in double, the right edge of pixel 41 of
   * 41 map pixels is beyond an image of 7.
   */
  public Region inImage(Region r) {
    double down = (double) imageHeight / mapHeight;
    double right = (double) imageWidth / mapWidth;
    int x = first(r.x(), mapWidth, imageWidth);
    int y = first(r.y(), mapHeight, imageHeight);
    return new Region(
        x,
        y,
        end(r.x() + r.width(), mapWidth, imageWidth) - x,
        end(r.y() + r.height(), mapHeight, imageHeight) - y,
        Math.max(1, (int) Math.round(r.area() * right * down)),
        (r.centroidX() + 0.5) * right - 0.5,
        (r.centroidY() + 0.5) * down - 0.5,
        (int) ((r.peakX() + 0.5) * right),
        (int) ((r.peakY() + 0.5) * down),
        r.log10Nfa(),
        r.zone());
  }

  /** Returns the image pixel in which a map pixel begins. */
  private static int first(int mapPixel, int mapPixels, int imagePixels) {
    return (int) ((long) mapPixel * imagePixels / mapPixels);
  }

  /** Returns the image pixel after the last one that the map pixels before this one touch. */
  private static int end(int mapPixel, int mapPixels, int imagePixels) {
    return (int) (((long) mapPixel * imagePixels + mapPixels - 1) / mapPixels);
  }
}
