package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ColourMapTest {
  /** Linear RGB as people without one kind of cone see it: Machado, Oliveira and Fernandes 2009. */
  private static final List<double[][]> VISIONS =
      List.of(
          new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
          new double[][] { // protanopia
            {0.152286, 1.052583, -0.204868},
            {0.114503, 0.786281, 0.099216},
            {-0.003882, -0.048116, 1.051998}
          },
          new double[][] { // deuteranopia
            {0.367322, 0.860646, -0.227968},
            {0.280085, 0.672501, 0.047413},
            {-0.011820, 0.042940, 0.968881}
          },
          new double[][] { // tritanopia
            {1.255528, -0.076749, -0.178779},
            {-0.078411, 0.930809, 0.147602},
            {0.004733, 0.691367, 0.303900}
          });

  private static double luminance(int rgb, double[][] vision) {
    double[] linear = new double[3];
    for (int c = 0; c < 3; c++) {
      double value = (rgb >> 16 - 8 * c & 0xff) / 255.0;
      linear[c] = value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
    double[] weights = {0.2126, 0.7152, 0.0722};
    double luminance = 0;
    for (int c = 0; c < 3; c++) {
      double seen = vision[c][0] * linear[0] + vision[c][1] * linear[1] + vision[c][2] * linear[2];
      luminance += weights[c] * Math.min(1, Math.max(0, seen));
    }
    return luminance;
  }

  /** WCAG 2.1 asks for a contrast of 3 between what graphics must tell apart. */
  @Test
  void justBelowAndJustAboveTheThresholdDifferToAnyEye() {
    for (double threshold : new double[] {-794.34, -0.5, 0, 0.74, 25}) {
      ColourMap map = ColourMap.split(threshold, 10);
      int below = map.colour(threshold);
      int above = map.colour(Math.nextUp(threshold));
      for (double[][] vision : VISIONS) {
        double a = luminance(below, vision) + 0.05;
        double b = luminance(above, vision) + 0.05;
        assertTrue(Math.max(a, b) / Math.min(a, b) >= 3, threshold + ": " + a + " and " + b);
      }
    }
  }

  @Test
  void allBelowIsBlueAndAllAboveIsRed() {
    ColourMap map = ColourMap.split(2, 10);
    for (double value = -12; value < 16; value += 0.01) {
      int rgb = map.colour(value);
      boolean red = (rgb >> 16 & 0xff) > (rgb & 0xff);
      assertEquals(value > 2, red, value + " " + Integer.toHexString(rgb));
    }
    assertEquals(map.colour(12), map.colour(1e300));
    assertEquals(map.colour(12), map.colour(Double.POSITIVE_INFINITY));
    assertEquals(map.colour(-8), map.colour(Double.NEGATIVE_INFINITY));
    assertNotEquals(map.colour(3), map.colour(11), "how far it is, is seen as well");
  }

  /** The legend has two colours at one place, those of the map on both sides of the threshold. */
  @Test
  void theLegendJumpsWhereTheMapDoes() {
    ColourMap map = ColourMap.split(0.5, 10);
    Matcher stops = Pattern.compile("#([0-9a-f]{6}) ([0-9.]+)%").matcher(map.cssGradient());
    int at = 0;
    int before = -1;
    boolean jumped = false;
    while (stops.find()) {
      int colour = Integer.parseInt(stops.group(1), 16);
      double position = Double.parseDouble(stops.group(2));
      if (position == 50 && before >= 0 && at == 50) {
        assertEquals(map.colour(0.5), before);
        assertEquals(map.colour(Math.nextUp(0.5)), colour);
        jumped = true;
      }
      at = (int) position;
      before = colour;
    }
    assertTrue(jumped, map.cssGradient());
    assertEquals(100, at);
  }

  @Test
  void colourMapsWithoutAThresholdAreContinuous() {
    ColourMap map = ColourMap.magma(1, 3);
    int before = map.colour(1);
    for (double value = 1; value <= 3; value += 0.001) {
      int colour = map.colour(value);
      for (int shift : new int[] {0, 8, 16}) {
        assertTrue(
            Math.abs((colour >> shift & 0xff) - (before >> shift & 0xff)) <= 2, "at " + value);
      }
      before = colour;
    }
    BufferedImage image = map.image(new float[] {1, 2, 3, Float.NaN}, 2);
    assertEquals(map.colour(2), image.getRGB(1, 0) & 0xffffff);
    assertEquals(map.colour(1), image.getRGB(1, 1) & 0xffffff, "NaN has the lowest colour");
  }
}
