package dev.flowline.line;

import dev.flowline.segmentation.Region;

/**
 * The way from a map's pixels to an image's: a map of any size covers the whole image.
 *
 * @param down rows of the image per row of the map
 * @param right columns of the image per column of the map
 */
record MapScale(double down, double right) {
  static MapScale of(int mapHeight, int mapWidth, int imageHeight, int imageWidth) {
    return new MapScale((double) imageHeight / mapHeight, (double) imageWidth / mapWidth);
  }

  /**
   * Returns the region in pixels of the image; its box covers every image pixel that its map pixels
   * touch.
   */
  Region inImage(Region r) {
    int x = (int) Math.floor(r.x() * right);
    int y = (int) Math.floor(r.y() * down);
    return new Region(
        x,
        y,
        Math.max(1, (int) Math.ceil((r.x() + r.width()) * right) - x),
        Math.max(1, (int) Math.ceil((r.y() + r.height()) * down) - y),
        Math.max(1, (int) Math.round(r.area() * right * down)),
        (r.centroidX() + 0.5) * right - 0.5,
        (r.centroidY() + 0.5) * down - 0.5,
        (int) ((r.peakX() + 0.5) * right),
        (int) ((r.peakY() + 0.5) * down),
        r.log10Nfa());
  }
}
