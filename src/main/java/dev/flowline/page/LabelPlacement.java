package dev.flowline.page;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** The placement of labels where they cover no line, bar, dot or other label. */
final class LabelPlacement {
  private static final double CHARACTER = 6.9; // mean width at 13 pixels
  private static final double ABOVE_BASELINE = 11;
  private static final double BELOW_BASELINE = 3;
  private static final double DOT = 5;
  private static final int OVERLAP = 10; // a label on a label is worse than one on some curves

  private final Rectangle2D chart;
  private final List<List<Line2D>> curves = new ArrayList<>();
  private final List<Rectangle2D> boxes = new ArrayList<>();

  /**
   * Makes the placement of a chart.
   *
   * @param chart the area that labels must not leave
   */
  LabelPlacement(Rectangle2D chart) {
    this.chart = chart;
  }

  void avoidLine(double x1, double y1, double x2, double y2) {
    avoidCurve(List.of(new Line2D.Double(x1, y1, x2, y2)));
  }

  /** Adds a curve, which counts once however many of its segments a label covers. */
  void avoidCurve(List<Line2D> segments) {
    curves.add(segments);
  }

  void avoidBar(double x, double y, double width, double height) {
    boxes.add(new Rectangle2D.Double(x, y, width, height));
  }

  void avoidDot(double x, double y) {
    boxes.add(new Rectangle2D.Double(x - DOT, y - DOT, 2 * DOT, 2 * DOT));
  }

  /** Returns the place that covers least, the first of several; later labels avoid it. */
  SvgMark.Label place(List<SvgMark.Label> places) {
    SvgMark.Label best = places.get(0);
    int least = Integer.MAX_VALUE;
    for (SvgMark.Label place : places) {
      int covered = covered(box(place));
      if (covered < least) {
        least = covered;
        best = place;
      }
    }
    boxes.add(box(best));
    return best;
  }

  /** Returns how many things a box covers; a box that leaves the chart is the last choice. */
  private int covered(Rectangle2D box) {
    long crossed =
        curves.stream().filter(curve -> curve.stream().anyMatch(box::intersectsLine)).count();
    long overlapped = boxes.stream().filter(box::intersects).count();
    return (int) (crossed + OVERLAP * overlapped) + (chart.contains(box) ? 0 : Short.MAX_VALUE);
  }

  private static Rectangle2D box(SvgMark.Label label) {
    double width = CHARACTER * label.text().codePointCount(0, label.text().length());
    double left =
        switch (label.anchor()) {
          case "end" -> label.x() - width;
          case "middle" -> label.x() - width / 2;
          default -> label.x();
        };
    return new Rectangle2D.Double(
        left, label.y() - ABOVE_BASELINE, width, ABOVE_BASELINE + BELOW_BASELINE);
  }
}
