package dev.flowline.segmentation.truth;

import java.util.Locale;

/** Just enough of a drawing, on a light ground; coordinates in pixels, y down. */
final class Svg {
  static final String INK = "#222222";
  static final String PALE = "#dddddd";
  static final String GREY = "#777777";

  private final StringBuilder out = new StringBuilder();

  Svg(int width, int height, String title) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='Helvetica, Arial, sans-serif' role='img'>",
        width, height, width, height);
    add("<title>%s</title>", escaped(title));
    add("<rect width='100%%' height='100%%' fill='#fcfcfa'/>");
  }

  void line(double x1, double y1, double x2, double y2, String colour, double width) {
    add(
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%.1f'/>",
        x1, y1, x2, y2, colour, width);
  }

  void band(double x, double y, double width, double height) {
    add("<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='#f1f0ea'/>", x, y, width, height);
  }

  void dot(double x, double y, double radius, String colour, boolean filled) {
    add(
        "<circle cx='%.1f' cy='%.1f' r='%.1f' fill='%s' stroke='%s' stroke-width='1.2'/>",
        x, y, radius, filled ? colour : "#fcfcfa", colour);
  }

  /**
   * @param points x and y in turn
   */
  void path(double[] points, String colour, boolean dashed) {
    StringBuilder at = new StringBuilder();
    for (int i = 0; i < points.length; i += 2) {
      at.append(String.format(Locale.ROOT, "%.1f,%.1f ", points[i], points[i + 1]));
    }
    add(
        "<polyline points='%s' fill='none' stroke='%s' stroke-width='1.7'%s/>",
        at.toString().trim(), colour, dashed ? " stroke-dasharray='5 3'" : "");
  }

  /** Beginning at x. */
  void text(double x, double y, double size, String colour, String text) {
    text("start", "normal", x, y, size, colour, text);
  }

  void bold(double x, double y, double size, String text) {
    text("start", "bold", x, y, size, INK, text);
  }

  /** With its middle at x. */
  void centred(double x, double y, double size, String colour, String text) {
    text("middle", "normal", x, y, size, colour, text);
  }

  /** Ending at x. */
  void ending(double x, double y, double size, String colour, String text) {
    text("end", "normal", x, y, size, colour, text);
  }

  private void text(
      String anchor, String weight, double x, double y, double size, String colour, String text) {
    add(
        "<text x='%.1f' y='%.1f' font-size='%.1f' fill='%s' text-anchor='%s' font-weight='%s'>%s"
            + "</text>",
        x, y, size, colour, anchor, weight, escaped(text));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The whole file. */
  @Override
  public String toString() {
    return out + "</svg>\n";
  }
}
