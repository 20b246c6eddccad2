package dev.flowline.segmentation.truth;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Defects found against their size: rows of shapes and noises, columns of strengths. */
final class PowerPicture {
  private static final int LEFT = 52;
  private static final int PANEL_WIDTH = 190;
  private static final int PANEL_HEIGHT = 150;
  private static final int GAP = 24;
  private static final int ROW = PANEL_HEIGHT + 72;
  private static final int TOP = 74;
  private static final int NAMES = 226;
  private static final int LINE = 13;
  private static final List<String> COLOURS =
      List.of("#8a8a8a", "#e0912f", "#b5441f", "#e0912f", "#1d6996", "#1d6996", "#3f8f4f");

  private final Svg svg;
  private final int columns = Simulation.STRENGTHS.size();

  private PowerPicture(int rows) {
    int width = LEFT + columns * (PANEL_WIDTH + GAP) + NAMES;
    svg = new Svg(width, TOP + rows * ROW + 8, "Defects found against their size");
  }

  static String draw(List<Simulation.Measured> measured) {
    PowerPicture picture = new PowerPicture(measured.size() * Simulation.PLANTED_IN.size());
    picture.legend();
    int row = 0;
    for (Simulation.Measured of : measured) {
      for (Map.Entry<NoiseField, List<Power>> power : of.power().entrySet()) {
        String title = of.shape().name() + ": " + power.getKey().label;
        picture.row(TOP + row++ * ROW, title, power.getValue());
      }
    }
    return picture.svg.toString();
  }

  private void legend() {
    svg.bold(14, 26, 16, "Images with a defect that alarm, all rules promising 0.05 false alarms");
    double y = 48;
    svg.path(new double[] {16, y, 46, y}, Svg.INK, false);
    svg.text(54, y + 4, 12, Svg.INK, "ε = 0.05");
    svg.path(new double[] {126, y, 156, y}, Svg.INK, true);
    svg.text(164, y + 4, 12, Svg.INK, "conformal 0.05");
    svg.dot(280, y, 3, Svg.INK, false);
    svg.text(
        290, y + 4, 12, Svg.INK, "hollow: the rule breaks its promise on images without a defect");
  }

  private void row(int top, String title, List<Power> powers) {
    svg.bold(14, top + 16, 12.5, title);
    for (int column = 0; column < columns; column++) {
      int left = LEFT + column * (PANEL_WIDTH + GAP);
      int panelTop = top + 40;
      double strength = Simulation.STRENGTHS.get(column);
      svg.centred(
          left + PANEL_WIDTH / 2.0,
          panelTop - 6,
          11.5,
          Svg.INK,
          "energy × " + Text.number(strength));
      axes(left, panelTop, column == 0);
      List<Label> labels = new ArrayList<>();
      for (int i = 0; i < powers.size(); i++) {
        labels.add(curve(left, panelTop, powers.get(i), column, COLOURS.get(i)));
      }
      if (column == columns - 1) {
        name(left + PANEL_WIDTH, panelTop, labels);
      }
    }
  }

  private void axes(int left, int top, boolean named) {
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = y(top, percent / 100.0);
      svg.line(left, y, left + PANEL_WIDTH, y, Svg.PALE, 1);
      if (named) {
        svg.ending(left - 6, y + 4, 11, Svg.GREY, percent + " %");
      }
    }
    svg.centred(x(left, 0), top + PANEL_HEIGHT + 14, 10.5, Svg.GREY, "none");
    for (int side : Simulation.SIDES) {
      svg.centred(x(left, side), top + PANEL_HEIGHT + 14, 10.5, Svg.GREY, Integer.toString(side));
    }
    svg.centred(
        left + PANEL_WIDTH / 2.0, top + PANEL_HEIGHT + 27, 10.5, Svg.GREY, "side in positions");
  }

  private static double x(int left, int side) {
    return left + 14 + (PANEL_WIDTH - 24) * side / 8.0;
  }

  private static double y(int top, double share) {
    return top + PANEL_HEIGHT * (1 - share);
  }

  private record Label(String text, String colour, double y) {}

  private Label curve(int left, int top, Power power, int column, String colour) {
    int sides = Simulation.SIDES.size();
    double[] points = new double[2 * (sides + 1)];
    points[0] = x(left, 0);
    points[1] = y(top, power.good().mean());
    for (int i = 0; i < sides; i++) {
      points[2 * i + 2] = x(left, Simulation.SIDES.get(i));
      points[2 * i + 3] = y(top, power.found().get(column * sides + i).mean());
    }
    svg.path(points, colour, power.rule().isConformal());
    for (int i = 0; i < points.length; i += 2) {
      svg.dot(points[i], points[i + 1], 2.4, colour, !power.broken());
    }
    return new Label(power.rule().name(), colour, points[points.length - 1]);
  }

  /** Beside the ends of the curves, pushed apart where they meet. */
  private void name(double x, int top, List<Label> labels) {
    labels.sort(Comparator.comparingDouble(Label::y));
    double y = top - LINE;
    for (int i = 0; i < labels.size(); i++) {
      Label label = labels.get(i);
      double lowest = y(top, 0) - (labels.size() - 1 - i) * LINE; // room for those below
      y = Math.max(y + LINE, Math.min(label.y, lowest));
      svg.line(x - 8, label.y, x + 8, y, label.colour, 0.7);
      svg.text(x + 12, y + 4, 11, label.colour, label.text);
    }
  }
}
