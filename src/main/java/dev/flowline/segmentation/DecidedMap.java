package dev.flowline.segmentation;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The map of an image with the region that decided, and the regions of its {@linkplain NfaMap#mask
 * mask}. Interpolation between a region and its surroundings may lift a map above the number that
 * decided, or level out a small region altogether. This map has that number at the lowest pixel of
 * the deciding region, and all of this region if it was levelled out.
 *
 * @param regions in pixels of the map, the most meaningful first; the first one decided, its {@code
 *     log10Nfa} is the map's {@link NfaMap#minLog10Nfa}
 */
public record DecidedMap(NfaMap nfaMap, List<Region> regions) {
  /**
   * Returns the map of a defective image.
   *
   * @param map the interpolated one, with minLog10Nfa below log10Epsilon
   * @param image whose map it is, counted from 0
   * @param grids on which the test decided
   */
  public static DecidedMap of(NfaMap map, int image, DecidingGrids grids, double log10Epsilon) {
    boolean shown = map.log10Nfa()[map.lowestPixel()] <= map.minLog10Nfa();
    NfaMap whole =
        shown
            ? map
            : withDecidingRegion(
                map, grids.of(image, map.minLog10Nfa()), grids.view(), log10Epsilon);
    return new DecidedMap(whole, whole.regions(log10Epsilon));
  }

  private static NfaMap withDecidingRegion(
      NfaMap map, NfaMap grid, FieldOfView view, double log10Epsilon) {
    float[] region = stretched(decidingRegion(grid, map.minLog10Nfa(), log10Epsilon), map, view);
    float[] pixels = map.log10Nfa().clone();
    int lowest = -1;
    for (int i = 0; i < pixels.length; i++) {
      boolean member = region[i] < log10Epsilon;
      if (member && (lowest < 0 || pixels[i] < pixels[lowest])) {
        lowest = i;
      }
    }
    if (pixels[lowest] >= log10Epsilon) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = Math.min(pixels[i], region[i]);
      }
    } else {
      pixels[lowest] = map.minLog10Nfa();
    }
    return new NfaMap(map.height(), map.width(), pixels, map.minLog10Nfa());
  }

  /**
   * Returns a grid of which all but the region that decided is infinite: the connected positions
   * below log10Epsilon around the lowest one, whose value is minLog10Nfa.
   */
  private static NfaMap decidingRegion(NfaMap grid, float minLog10Nfa, double log10Epsilon) {
    float[] levels = grid.log10Nfa();
    float[] region = new float[levels.length];
    Arrays.fill(region, Float.POSITIVE_INFINITY);
    int lowest = grid.lowestPixel();
    double shift = (double) levels[lowest] - minLog10Nfa;
    Deque<Integer> border = new ArrayDeque<>();
    region[lowest] = minLog10Nfa;
    border.add(lowest);
    while (!border.isEmpty()) {
      int at = border.remove();
      int x = at % grid.width();
      int y = at / grid.width();
      int[][] neighbours = {{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}};
      for (int[] next : neighbours) {
        boolean inside =
            next[0] >= 0 && next[0] < grid.width() && next[1] >= 0 && next[1] < grid.height();
        int i = next[1] * grid.width() + next[0];
        if (inside && region[i] == Float.POSITIVE_INFINITY && levels[i] - shift < log10Epsilon) {
          region[i] = Math.max(minLog10Nfa, (float) (levels[i] - shift));
          border.add(i);
        }
      }
    }
    return new NfaMap(grid.height(), grid.width(), region, minLog10Nfa);
  }

  /**
   * Returns a grid at a map's size: the lowest of the positions that a pixel in view touches. A
   * position of a grid that is finer than the map touches at least one pixel.
   */
  private static float[] stretched(NfaMap grid, NfaMap map, FieldOfView view) {
    float[] stretched = new float[map.height() * map.width()];
    Arrays.fill(stretched, Float.POSITIVE_INFINITY);
    for (int i = 0; i < grid.log10Nfa().length; i++) {
      float level = grid.log10Nfa()[i];
      if (level == Float.POSITIVE_INFINITY) {
        continue;
      }
      int row = i / grid.width();
      int column = i % grid.width();
      for (int y = first(row, grid.height(), map.height());
          y < end(row, grid.height(), map.height());
          y++) {
        for (int x = first(column, grid.width(), map.width());
            x < end(column, grid.width(), map.width());
            x++) {
          int at = y * map.width() + x;
          if (view.contains(y, x)) {
            stretched[at] = Math.min(stretched[at], level);
          }
        }
      }
    }
    return stretched;
  }

  /** Returns the first of a map's pixels that a position of a grid touches. */
  private static int first(int position, int positions, int pixels) {
    return (int) ((long) position * pixels / positions);
  }

  /** Returns the pixel after the last one that a position of a grid touches. */
  private static int end(int position, int positions, int pixels) {
    return (int) (((long) (position + 1) * pixels + positions - 1) / positions);
  }
}
