package dev.flowline.detectability;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The unit in which sizes are shown: millimetres if the pixel pitch is known, else pixels.
 *
 * @param pixelPitch millimetres from one pixel of the images to the next; null if it is not known
 */
record SizeUnit(Double pixelPitch) {
  /** Returns a size in this unit. */
  double of(double pixels) {
    return pixelPitch == null ? pixels : pixels * pixelPitch;
  }

  /** Returns the name of the unit. */
  String name() {
    return pixelPitch == null ? "px" : "mm";
  }

  /** Returns a size with its unit. */
  String text(double pixels) {
    return digits(pixels, RoundingMode.HALF_EVEN) + " " + name();
  }

  /** Returns a size with its unit, rounded up, so that a claim stays true. */
  String roundedUp(double pixels) {
    return digits(pixels, RoundingMode.CEILING) + " " + name();
  }

  private String digits(double pixels, RoundingMode mode) {
    return BigDecimal.valueOf(of(pixels))
        .round(new MathContext(3, mode))
        .stripTrailingZeros()
        .toPlainString();
  }
}
