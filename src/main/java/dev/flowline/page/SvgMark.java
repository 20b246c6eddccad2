package dev.flowline.page;

import java.util.Locale;

/** One thing that is drawn in a chart, in pixels of the chart. */
sealed interface SvgMark {
  /** The class that gives the mark its colour. */
  String css();

  /**
   * @param points x,y pairs with spaces between
   */
  record Line(String css, String points) implements SvgMark {}

  /**
   * @param points x,y pairs with spaces between
   */
  record Band(String css, String points) implements SvgMark {}

  record Bar(String css, double x, double y, double width, double height) implements SvgMark {}

  record Rule(String css, double x1, double y1, double x2, double y2) implements SvgMark {}

  record Dot(String css, double x, double y) implements SvgMark {}

  /**
   * @param anchor start, middle or end: which part of the text lies at x
   */
  record Label(String css, double x, double y, String anchor, String text) implements SvgMark {}

  /** Returns a coordinate to a tenth of a pixel. */
  static String at(double pixels) {
    String text = String.format(Locale.ROOT, "%.1f", pixels);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
