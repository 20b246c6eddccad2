package dev.flowline.page;

import java.util.Locale;

/** A mark in a chart, in pixels of the chart. */
sealed interface SvgMark {
  /** Returns the CSS class that gives the mark its colour. */
  String css();

  /**
   * A line through points.
   *
   * @param points x,y pairs with spaces between
   */
  record Line(String css, String points) implements SvgMark {}

  /**
   * A filled area.
   *
   * @param points x,y pairs of its outline, with spaces between
   */
  record Band(String css, String points) implements SvgMark {}

  /** A bar, whose upper left corner is (x, y). */
  record Bar(String css, double x, double y, double width, double height) implements SvgMark {}

  /** A straight line between two points. */
  record Rule(String css, double x1, double y1, double x2, double y2) implements SvgMark {}

  /** A dot. */
  record Dot(String css, double x, double y) implements SvgMark {}

  /**
   * A text.
   *
   * @param anchor start, middle or end: which part of the text is at x
   */
  record Label(String css, double x, double y, String anchor, String text) implements SvgMark {}

  /** Returns a coordinate to a tenth of a pixel. */
  static String at(double pixels) {
    String text = String.format(Locale.ROOT, "%.1f", pixels);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
