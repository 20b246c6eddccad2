package dev.flowline.segmentation.truth;

import java.util.Locale;

/** Numbers as they stand in the table and in the pictures. */
final class Text {
  private Text() {}

  /** Without zeros at its end. */
  static String number(double value) {
    return value == Math.rint(value) ? "%d".formatted((long) value) : Double.toString(value);
  }

  /** With as many digits as a rate needs. */
  static String rate(double value) {
    return fixed(value, digits(value));
  }

  /** With the digits of the mean. */
  static String plusMinus(double mean, double margin) {
    return fixed(mean, digits(mean)) + " ± " + fixed(margin, digits(mean));
  }

  private static int digits(double value) {
    return value >= 10 ? 0 : value >= 1 ? 2 : value >= 0.1 ? 3 : value >= 0.001 ? 4 : 5;
  }

  private static String fixed(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  static String factor(double value) {
    String format = value >= 9.95 ? "%.0f" : value >= 1.995 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  static String percent(double share) {
    String format = share > 0 && share < 0.0095 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, 100 * share);
  }
}
