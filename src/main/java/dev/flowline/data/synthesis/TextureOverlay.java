package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;
import java.util.Arrays;

/**
 * The texture that is laid over a good image: a picture, mirrored on beyond its edges, shifted,
 * perhaps flipped, cut in a grid and shuffled, its colours changed.
 */
final class TextureOverlay {
  private final Levels picture;
  private final ColourChange colours;
  private final int[] rows;
  private final int[] columns;
  private final int cellHeight;
  private final int cellWidth;
  private final int gridColumns;
  private final int[] order;

  /**
   * @param picture of any size
   * @param shuffled whether it is cut in the settings' grid
   * @param height of the image it is laid over
   * @param width likewise
   */
  TextureOverlay(
      Levels picture,
      ColourChange colours,
      SynthesisSettings.Texture settings,
      boolean shuffled,
      int height,
      int width,
      SplitMix64 random) {
    this.picture = picture;
    this.colours = colours;
    gridColumns = shuffled ? settings.gridColumns() : 1;
    int gridRows = shuffled ? settings.gridRows() : 1;
    cellHeight = (height + gridRows - 1) / gridRows;
    cellWidth = (width + gridColumns - 1) / gridColumns;
    rows = mirrored(cellHeight * gridRows, picture.image().height(), random);
    columns = mirrored(cellWidth * gridColumns, picture.image().width(), random);
    order = permutation(gridRows * gridColumns, random);
  }

  /**
   * Returns for each of so many places one of the picture's: shifted, to and fro, perhaps
   * backwards.
   */
  private static int[] mirrored(int places, int side, SplitMix64 random) {
    int[] source = new int[places];
    int shift = random.below(2 * side);
    int step = random.sign();
    for (int i = 0; i < places; i++) {
      int at = Math.floorMod(shift + step * i, 2 * side);
      source[i] = at < side ? at : 2 * side - 1 - at;
    }
    return source;
  }

  private static int[] permutation(int count, SplitMix64 random) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    for (int i = count - 1; i > 0; i--) {
      int other = random.below(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }

  /**
   * Returns its level, 0 … 1, over a pixel of the good image.
   *
   * @param channels of the good image
   */
  float at(int y, int x, int channel, int channels) {
    int cell = order[y / cellHeight * gridColumns + x / cellWidth];
    int row = rows[cell / gridColumns * cellHeight + y % cellHeight];
    int column = columns[cell % gridColumns * cellWidth + x % cellWidth];
    int seen = channels == 3 ? colours.channel(channel) : channel;
    return colours.of(picture.at(row, column, seen, channels), channel);
  }
}
