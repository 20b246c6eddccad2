package dev.flowline.page;

import dev.flowline.metrics.Curve;
import gg.jte.Content;
import gg.jte.html.HtmlContent;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A small chart as inline SVG: axes, lines, bars, marks and labels. Colours are the page's: each
 * thing drawn has a CSS class. Labels lie above everything else, where they cover least of it. The
 * chart is as narrow as a telephone's screen, so that its text is legible there.
 */
public final class SvgChart {
  static final int WIDTH = 400;
  static final int HEIGHT = 280;
  private static final int LEFT = 52;
  private static final int RIGHT = 14;
  private static final int TOP = 16;
  private static final int BOTTOM = 44;
  private static final double FIRST_LINE = TOP + 10;
  private static final double LINE_HEIGHT = 16;

  /** The abscissa to the right of which labels go to the left of what they name. */
  private static final double TURN = WIDTH * 0.68;

  private final Axis across;
  private final Axis up;
  private final List<SvgMark> marks = new ArrayList<>();
  private final List<List<SvgMark.Label>> labels = new ArrayList<>(); // each with its places
  private final LabelPlacement placement =
      new LabelPlacement(
          new Rectangle2D.Double(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM));

  /** Makes an empty chart with linear axes. */
  public SvgChart(double x0, double x1, double y0, double y1) {
    this(Axis.linear(x0, x1), Axis.linear(y0, y1));
  }

  /** Makes an empty chart. */
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

  /** Draws a curve. */
  public SvgChart line(Curve curve, String css) {
    StringBuilder points = new StringBuilder();
    List<Line2D> segments = new ArrayList<>();
    for (int i = 0; i < curve.points(); i++) {
      points.append(point(curve, i));
      if (i > 0) {
        segments.add(
            new Line2D.Double(
                px(curve.x()[i - 1]), py(curve.y()[i - 1]), px(curve.x()[i]), py(curve.y()[i])));
      }
    }
    placement.avoidCurve(segments);
    marks.add(new SvgMark.Line(css, points.toString().trim()));
    return this;
  }

  /** Fills the area between two curves. */
  public SvgChart band(Curve lower, Curve upper, String css) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < lower.points(); i++) {
      points.append(point(lower, i));
    }
    for (int i = upper.points() - 1; i >= 0; i--) {
      points.append(point(upper, i));
    }
    marks.add(new SvgMark.Band(css, points.toString().trim()));
    return this;
  }

  private String point(Curve curve, int i) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", px(curve.x()[i]), py(curve.y()[i]));
  }

  /** Draws bars of equal width that fill the abscissa, which is linear. */
  public SvgChart bars(double[] heights, String css) {
    for (int i = 0; i < heights.length; i++) {
      if (heights[i] > up.low()) {
        double left = px(across.low() + (across.high() - across.low()) * i / heights.length) + 0.5;
        double right =
            px(across.low() + (across.high() - across.low()) * (i + 1) / heights.length) - 0.5;
        double top = py(heights[i]);
        marks.add(new SvgMark.Bar(css, left, top, right - left, py(up.low()) - top));
        placement.avoidBar(left, top, right - left, py(up.low()) - top);
      }
    }
    return this;
  }

  /** Draws an upright line over the whole height, with a label beside it. */
  public SvgChart upright(double x, String label, String css) {
    marks.add(new SvgMark.Rule(css, px(x), TOP, px(x), HEIGHT - BOTTOM));
    placement.avoidLine(px(x), TOP, px(x), HEIGHT - BOTTOM);
    if (!label.isEmpty()) {
      List<SvgMark.Label> places = new ArrayList<>();
      for (double y = FIRST_LINE; y < HEIGHT - BOTTOM; y += LINE_HEIGHT) {
        beside(places, css, px(x), 5, y, label);
      }
      labels.add(places);
    }
    return this;
  }

  /** Draws a level line over the whole width. */
  public SvgChart level(double y, String css) {
    marks.add(new SvgMark.Rule(css, LEFT, py(y), WIDTH - RIGHT, py(y)));
    placement.avoidLine(LEFT, py(y), WIDTH - RIGHT, py(y));
    return this;
  }

  /** Draws a dot. */
  public SvgChart dot(double x, double y, String css) {
    marks.add(new SvgMark.Dot(css, px(x), py(y)));
    placement.avoidDot(px(x), py(y));
    return this;
  }

  /** Draws a dot with its name beside it. */
  public SvgChart named(double x, double y, String name, String css) {
    dot(x, y, css);
    List<SvgMark.Label> places = new ArrayList<>();
    for (double rise : new double[] {4, 16, -8, 30, -22}) {
      beside(places, css, px(x), 9, py(y) + rise, name);
    }
    labels.add(places);
    return this;
  }

  /** Adds the places on both sides of an abscissa, the one with more room first. */
  private static void beside(
      List<SvgMark.Label> places, String css, double x, double gap, double y, String text) {
    SvgMark.Label left = new SvgMark.Label(css, x - gap, y, "end", text);
    SvgMark.Label right = new SvgMark.Label(css, x + gap, y, "start", text);
    places.addAll(x > TURN ? List.of(left, right) : List.of(right, left));
  }

  /**
   * Returns the finished chart.
   *
   * @param title for screen readers
   */
  public Content svg(String title, String xLabel, String yLabel) {
    List<SvgMark> all = new ArrayList<>(marks);
    labels.forEach(places -> all.add(placement.place(places)));
    return (HtmlContent)
        output -> JtechartGenerated.render(output, null, this, title, xLabel, yLabel, all);
  }

  /** Returns the values below the chart. */
  List<SvgMark.Label> ticksAcross() {
    return across.ticks(5).stream()
        .map(
            tick ->
                new SvgMark.Label(
                    "tick", px(tick.value()), HEIGHT - BOTTOM + 16, "middle", tick.label()))
        .toList();
  }

  /** Returns the values at the chart's left. */
  List<SvgMark.Label> ticksUp() {
    return up.ticks(5).stream()
        .map(tick -> new SvgMark.Label("tick", LEFT - 6, py(tick.value()) + 4, "end", tick.label()))
        .toList();
  }

  /** Returns a level line through each value at the left. */
  List<SvgMark.Rule> grid() {
    return up.ticks(5).stream().map(tick -> across("grid", tick.value())).toList();
  }

  /** Returns the line that the chart stands on. */
  SvgMark.Rule base() {
    return across("base", up.low());
  }

  private SvgMark.Rule across(String css, double y) {
    return new SvgMark.Rule(css, LEFT, py(y), WIDTH - RIGHT, py(y));
  }

  /** Returns the middle of the abscissa. */
  double middleAcross() {
    return (LEFT + WIDTH - RIGHT) / 2;
  }

  /** Returns the middle of the ordinate. */
  double middleUp() {
    return (TOP + HEIGHT - BOTTOM) / 2;
  }
}
