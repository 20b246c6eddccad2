package dev.flowline.segmentation.truth;

import java.util.List;
import java.util.Map;

/** Promised against measured: a row for every noise and rule, a panel for every shape. */
final class FalseAlarmPicture {
  private static final int NAMES = 262;
  private static final int PANEL = 300;
  private static final int GAP = 66; // where factors stand
  private static final int TOP = 104;
  private static final int ROW = 14;
  private static final int HEAD = 26;
  private static final double LOWEST = 1e-5;
  private static final double HIGHEST = 10;
  private static final String HOLDS = "#1d6996";
  private static final String BROKEN = "#c1121f";

  private final Svg svg;
  private final int bottom;

  private FalseAlarmPicture(List<Simulation.Measured> measured) {
    int rules = Rule.all().size();
    bottom = TOP + NoiseField.values().length * (rules * ROW + HEAD);
    int width = NAMES + measured.size() * (PANEL + GAP);
    svg = new Svg(width, bottom + 52, "False alarms promised and measured");
  }

  static String draw(List<Simulation.Measured> measured) {
    FalseAlarmPicture picture = new FalseAlarmPicture(measured);
    picture.legend();
    for (int i = 0; i < measured.size(); i++) {
      int left = NAMES + i * (PANEL + GAP);
      picture.axis(left, measured.get(i).shape().name());
      picture.rows(left, measured.get(i).falseAlarms(), i == 0);
    }
    return picture.svg.toString();
  }

  private void legend() {
    svg.bold(14, 26, 16, "False alarms in a good image: promised and measured");
    double y = 50;
    svg.line(20, y - 6, 20, y + 6, Svg.INK, 2.5);
    svg.text(30, y + 4, 12, Svg.INK, "promised at most");
    svg.line(142, y, 168, y, HOLDS, 1.6);
    svg.dot(155, y, 3.6, HOLDS, true);
    svg.text(176, y + 4, 12, Svg.INK, "measured, 95 % interval");
    svg.line(322, y, 348, y, BROKEN, 1.6);
    svg.dot(335, y, 3.6, BROKEN, true);
    svg.text(356, y + 4, 12, BROKEN, "promise broken, by this factor");
    svg.line(548, y, 574, y, HOLDS, 1.6);
    svg.dot(548, y, 3.6, HOLDS, false);
    svg.text(582, y + 4, 12, Svg.INK, "none in all images");
  }

  private void axis(int left, String title) {
    svg.bold(left, TOP - 26, 12.5, title);
    for (double tick = LOWEST; tick < 1.5 * HIGHEST; tick *= 10) {
      double x = x(left, tick);
      svg.line(x, TOP - 4, x, bottom, Svg.PALE, 1);
      String label = tick > 0.5 ? "%.0f".formatted(tick) : power(tick);
      svg.centred(x, TOP - 9, 11, Svg.GREY, label);
      svg.centred(x, bottom + 15, 11, Svg.GREY, label);
    }
    String what = "false alarms an image; conformal: share of images";
    svg.centred(left + PANEL / 2.0, bottom + 36, 12, Svg.INK, what);
  }

  private static String power(double tick) {
    return "0." + "0".repeat((int) Math.round(-Math.log10(tick)) - 1) + "1";
  }

  private static double x(int left, double rate) {
    double share = Math.log(rate / LOWEST) / Math.log(HIGHEST / LOWEST);
    return left + PANEL * Math.max(0, Math.min(1, share));
  }

  private void rows(int left, Map<NoiseField, List<FalseAlarms>> measured, boolean named) {
    double y = TOP;
    for (Map.Entry<NoiseField, List<FalseAlarms>> entry : measured.entrySet()) {
      y += HEAD;
      if (named) {
        svg.bold(14, y - 8, 12.5, entry.getKey().label);
      }
      for (FalseAlarms of : entry.getValue()) {
        double middle = y + ROW / 2.0;
        if (named) {
          svg.ending(left - 12, middle + 4, 11.5, Svg.INK, of.rule().name());
        }
        row(left, middle, of);
        y += ROW;
      }
    }
  }

  private void row(int left, double y, FalseAlarms of) {
    Estimate estimate = of.promised();
    double promise = of.rule().threshold().promise();
    String colour = of.broken() ? BROKEN : HOLDS;
    svg.line(left, y, left + PANEL, y, "#eeeeea", 1);
    svg.line(x(left, promise), y - 6, x(left, promise), y + 6, Svg.INK, 2.5);
    svg.line(x(left, estimate.low()), y, x(left, estimate.high()), y, colour, 1.6);
    svg.dot(x(left, estimate.mean()), y, 3.6, colour, estimate.mean() > 0);
    if (of.broken()) {
      String factor = Text.factor(estimate.mean() / promise) + " ×";
      svg.text(left + PANEL + 8, y + 4, 11, BROKEN, factor);
    }
  }
}
