package dev.flowline.page;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A colour map: colours for a range of values, interpolated linearly between anchors. At one value,
 * a threshold, the colours may jump. Values outside the range take the colour of the nearer end.
 *
 * @param below 0xRRGGBB, evenly spaced from {@code low} to {@code threshold}
 * @param above 0xRRGGBB, evenly spaced from {@code threshold}, which is excluded, to {@code high}
 */
public record ColourMap(int[] below, int[] above, double low, double threshold, double high) {
  /** So few colours that a picture of them packs well without loss. */
  private static final int SHADES_PER_ANCHOR = 8;

  private static final int[] MAGMA = {
    0x000004, 0x180f3d, 0x440f76, 0x721f81, 0x9e2f7f, 0xcd4071, 0xf1605d, 0xfd9668, 0xfeca8d,
    0xfcfdbf
  };
  private static final int[] BLUE_WHITE_RED = {
    0x0b3c6f, 0x2166ac, 0x4393c3, 0x92c5de, 0xf7f7f7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f
  };
  private static final int[] BLUES = {0x0b3c6f, 0x2166ac, 0x4393c3, 0x92c5de, 0xdcebf5};
  private static final int[] REDS = {0xd7301f, 0xb3001b, 0x7f0010, 0x40000a};

  /** Returns magma: black for low over purple and orange to pale yellow for high. */
  public static ColourMap magma(double low, double high) {
    return new ColourMap(MAGMA, new int[0], low, high, high);
  }

  /** Returns a diverging map: blue below the centre, white at it, red above. */
  public static ColourMap diverging(double centre, double reach) {
    return new ColourMap(
        BLUE_WHITE_RED, new int[0], centre - reach, centre + reach, centre + reach);
  }

  /**
   * Returns a map that shows on which side of a threshold a value lies: dark to pale blue up to it,
   * signal red to dark red above it. The step between pale blue and red is one of lightness, too,
   * so that people with any colour vision see it.
   *
   * @param reach how far the colours change on both sides, more than 0
   */
  public static ColourMap split(double threshold, double reach) {
    return new ColourMap(BLUES, REDS, threshold - reach, threshold, threshold + reach);
  }

  private boolean jumps() {
    return above.length > 0;
  }

  /** Returns the colour of a value, 0xRRGGBB. */
  int colour(double value) {
    return jumps() && value > threshold
        ? shade(above, (value - threshold) / (high - threshold))
        : shade(below, (value - low) / (threshold - low));
  }

  private int shade(int[] anchors, double share) {
    double position = Math.min(Math.max(share, 0), 1) * (anchors.length - 1); // NaN stays NaN
    if (Double.isNaN(position)) {
      return anchors[0];
    }
    if (jumps()) {
      position = Math.rint(position * SHADES_PER_ANCHOR) / SHADES_PER_ANCHOR;
    }
    int before = (int) Math.min(position, anchors.length - 2);
    double rest = position - before;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = anchors[before] >> shift & 0xff;
      int b = anchors[before + 1] >> shift & 0xff;
      colour |= (int) Math.round(a + (b - a) * rest) << shift;
    }
    return colour;
  }

  /**
   * Returns a map in these colours.
   *
   * @param map (H·W)
   */
  public BufferedImage image(float[] map, int width) {
    BufferedImage image = new BufferedImage(width, map.length / width, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < map.length; i++) {
      image.setRGB(i % width, i / width, colour(map[i]));
    }
    return image;
  }

  /** Returns a CSS gradient from low, left, to high, right. */
  public String cssGradient() {
    List<String> stops = new ArrayList<>();
    double middle = high > low ? (threshold - low) / (high - low) : 1;
    stops(stops, below, 0, middle);
    stops(stops, above, middle, 1);
    return "linear-gradient(to right," + String.join(",", stops) + ")";
  }

  private static void stops(List<String> stops, int[] anchors, double from, double to) {
    for (int i = 0; i < anchors.length; i++) {
      double at = from + (to - from) * i / (anchors.length - 1);
      stops.add(String.format(Locale.ROOT, "#%06x %.1f%%", anchors[i], 100 * at));
    }
  }
}
