package dev.flowline.page;

import dev.flowline.metrics.Curve;
import java.util.Locale;

/**
 * A small chart as inline SVG: axes, lines, bars and marks. Colours are the page's: each thing
 * drawn has a CSS class.
 */
public final class SvgChart {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 300;
  private static final int LEFT = 52;
  private static final int RIGHT = 14;
  private static final int TOP = 16;
  private static final int BOTTOM = 44;

  private final Axis across;
  private final Axis up;
  private final StringBuilder body = new StringBuilder();

  /** With linear axes. */
  public SvgChart(double x0, double x1, double y0, double y1) {
    this(Axis.linear(x0, x1), Axis.linear(y0, y1));
  }

  public SvgChart(Axis across, Axis up) {
    this.across = across;
    this.up = up;
  }

  private double px(double x) {
    return LEFT + across.share(x) * (WIDTH - LEFT - RIGHT);
  }

  private double py(double y) {
    return HEIGHT - BOTTOM - up.share(y) * (HEIGHT - TOP - BOTTOM);
  }

  private void draw(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  public SvgChart line(Curve curve, String css) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < curve.points(); i++) {
      points.append(point(curve, i));
    }
    draw("<polyline class=\"line %s\" points=\"%s\"/>", css, points.toString().trim());
    return this;
  }

  /** What lies between two curves. */
  public SvgChart band(Curve lower, Curve upper, String css) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < lower.points(); i++) {
      points.append(point(lower, i));
    }
    for (int i = upper.points() - 1; i >= 0; i--) {
      points.append(point(upper, i));
    }
    draw("<polygon class=\"band %s\" points=\"%s\"/>", css, points.toString().trim());
    return this;
  }

  private String point(Curve curve, int i) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", px(curve.x()[i]), py(curve.y()[i]));
  }

  /** Bars of equal width that fill the abscissa, which is linear. */
  public SvgChart bars(double[] heights, String css) {
    for (int i = 0; i < heights.length; i++) {
      if (heights[i] > up.low()) {
        double left = px(across.low() + (across.high() - across.low()) * i / heights.length);
        double right = px(across.low() + (across.high() - across.low()) * (i + 1) / heights.length);
        draw(
            "<rect class=\"bar %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
            css, left + 0.5, py(heights[i]), right - left - 1, py(up.low()) - py(heights[i]));
      }
    }
    return this;
  }

  /** A labelled upright line over the whole height. */
  public SvgChart upright(double x, String label, int row, String css) {
    boolean toTheLeft = px(x) > WIDTH * 0.68;
    draw(
        "<line class=\"rule %s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
        css, px(x), px(x), TOP, HEIGHT - BOTTOM);
    draw(
        "<text class=\"label %s\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>",
        css,
        px(x) + (toTheLeft ? -5 : 5),
        TOP + 10 + 15 * row,
        toTheLeft ? "end" : "start",
        Html.escape(label));
    return this;
  }

  /** A labelled level line over the whole width. */
  public SvgChart level(double y, String label, String css) {
    draw(
        "<line class=\"rule %s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
        css, LEFT, WIDTH - RIGHT, py(y), py(y));
    draw(
        "<text class=\"label %s\" x=\"%d\" y=\"%.1f\">%s</text>",
        css, LEFT + 6, py(y) - 5, Html.escape(label));
    return this;
  }

  public SvgChart dot(double x, double y, String css) {
    draw("<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>", css, px(x), py(y));
    return this;
  }

  /** A dot with its name beside it. */
  public SvgChart named(double x, double y, String name, String css) {
    dot(x, y, css);
    boolean toTheLeft = px(x) > WIDTH * 0.68;
    draw(
        "<text class=\"label %s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        css,
        px(x) + (toTheLeft ? -9 : 9),
        py(y) + 4,
        toTheLeft ? "end" : "start",
        Html.escape(name));
    return this;
  }

  /**
   * The finished chart.
   *
   * @param title what a screen reader says
   */
  public String svg(String title, String xLabel, String yLabel) {
    StringBuilder drawn = new StringBuilder(body);
    body.setLength(0);
    ticks();
    draw(
        "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, Html.escape(xLabel));
    draw(
        "<text class=\"axis\" transform=\"translate(13 %d) rotate(-90)\""
            + " text-anchor=\"middle\">%s</text>",
        (TOP + HEIGHT - BOTTOM) / 2, Html.escape(yLabel));
    String axes = body.toString();
    body.setLength(0);
    body.append(drawn);
    return "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n%s%s</svg>"
        .formatted(WIDTH, HEIGHT, Html.escape(title), axes, drawn)
        .replace("\r", "");
  }

  private void ticks() {
    for (Axis.Tick tick : across.ticks(6)) {
      draw(
          "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          px(tick.value()), HEIGHT - BOTTOM + 16, tick.label());
    }
    for (Axis.Tick tick : up.ticks(5)) {
      double y = py(tick.value());
      draw(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
          LEFT, WIDTH - RIGHT, y, y);
      draw(
          "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 6, y + 4, tick.label());
    }
    draw(
        "<line class=\"base\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
        LEFT, WIDTH - RIGHT, py(up.low()), py(up.low()));
  }
}
