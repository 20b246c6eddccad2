package dev.flowline.page;

import java.util.Locale;

/** Numbers as text: a dash if one is unknown, never a locale's comma. */
public final class Numbers {
  /** The text of a number that is not known. */
  public static final String UNKNOWN = "–";

  private Numbers() {}

  /** Returns a value with that many digits after the point. */
  public static String fixed(double value, int digits) {
    if (Double.isNaN(value)) {
      return UNKNOWN;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.matches("-0[.0]*") ? text.substring(1) : text.replace('-', '−');
  }

  /** Returns a value with about three significant digits, whatever its size. */
  public static String brief(double value) {
    double magnitude = Math.abs(value);
    return fixed(value, magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 0.1 ? 2 : 4);
  }

  /** Returns a share as "12.3 %". */
  public static String percent(double share) {
    return Double.isNaN(share) ? UNKNOWN : fixed(share * 100, 1) + " %";
  }

  /** Returns "3 of 12". */
  public static String share(int part, int whole) {
    return part + " of " + whole;
  }

  /** Returns "1 image", "2 images". */
  public static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
