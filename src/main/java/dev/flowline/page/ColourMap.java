package dev.flowline.page;

import java.awt.image.BufferedImage;

/**
 * A colour map: colours for a range of values, interpolated linearly between anchors. Values
 * outside take the colour of the nearer end.
 *
 * @param anchors 0xRRGGBB, evenly spaced from {@code low} to {@code high}
 */
public record ColourMap(int[] anchors, double low, double high) {
  private static final int[] MAGMA = {
    0x000004, 0x180f3d, 0x440f76, 0x721f81, 0x9e2f7f, 0xcd4071, 0xf1605d, 0xfd9668, 0xfeca8d,
    0xfcfdbf
  };
  private static final int[] BLUE_WHITE_RED = {
    0x0b3c6f, 0x2166ac, 0x4393c3, 0x92c5de, 0xf7f7f7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f
  };

  /** Returns magma: black for low over purple and orange to pale yellow for high. */
  public static ColourMap magma(double low, double high) {
    return new ColourMap(MAGMA, low, high);
  }

  /** Returns a diverging map: blue below the centre, white at it, red above. */
  public static ColourMap diverging(double centre, double reach) {
    return new ColourMap(BLUE_WHITE_RED, centre - reach, centre + reach);
  }

  /** Returns the colour of a value, 0xRRGGBB. */
  int colour(double value) {
    double range = high - low;
    double position = range > 0 ? (value - low) / range * (anchors.length - 1) : 0;
    position = Math.min(Math.max(position, 0), anchors.length - 1);
    int below = (int) Math.min(position, anchors.length - 2);
    double share = position - below;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = anchors[below] >> shift & 0xff;
      int b = anchors[below + 1] >> shift & 0xff;
      colour |= (int) Math.round(a + (b - a) * share) << shift;
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
    StringBuilder css = new StringBuilder("linear-gradient(to right");
    for (int anchor : anchors) {
      css.append(String.format(",#%06x", anchor));
    }
    return css.append(')').toString();
  }
}
