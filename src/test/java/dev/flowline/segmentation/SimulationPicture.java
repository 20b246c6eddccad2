package dev.flowline.segmentation;

import java.util.Locale;

/** Share found by size of the defect, a panel for each kind of noise. */
final class SimulationPicture {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 240;
  private static final int LEFT = 46;
  private static final int TOP = 34;
  private static final int LEGEND = 120;

  private static final Simulation.Rule[] DRAWN = {
    Simulation.Rule.PUBLISHED,
    Simulation.Rule.BY_SIZE_AT_A_RATE,
    Simulation.Rule.MAP_AT_A_RATE,
    Simulation.Rule.LAW_AT_A_RATE
  };
  private static final String[] COLOURS = {"#999999", "#d08700", "#3a78c2", "#b3261e"};

  private final StringBuilder body = new StringBuilder();
  private int panels;

  void panel(String title, int[] sides, double[][] found) {
    int left = LEFT + panels++ * (WIDTH + 30);
    draw("<text x='%d' y='%d' class='t'>%s</text>", left, TOP - 12, title);
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = TOP + HEIGHT * (1 - percent / 100.0);
      draw("<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' class='g'/>", left, left + WIDTH, y, y);
      if (panels == 1) {
        draw(
            "<text x='%d' y='%.1f' class='a' text-anchor='end'>%d %%</text>",
            left - 6, y + 4, percent);
      }
    }
    for (int i = 0; i < sides.length; i++) {
      draw(
          "<text x='%.1f' y='%d' class='a' text-anchor='middle'>%d</text>",
          x(left, i, sides), TOP + HEIGHT + 18, sides[i]);
    }
    draw(
        "<text x='%d' y='%d' class='a' text-anchor='middle'>side of the defect, positions of the finest scale</text>",
        left + WIDTH / 2, TOP + HEIGHT + 38);
    for (int r = 0; r < DRAWN.length; r++) {
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < sides.length; i++) {
        double y = TOP + HEIGHT * (1 - found[DRAWN[r].ordinal()][i]);
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(left, i, sides), y));
      }
      draw(
          "<polyline points='%s' fill='none' stroke='%s' stroke-width='2.5'/>",
          points.toString().trim(), COLOURS[r]);
    }
  }

  private static double x(int left, int i, int[] sides) {
    return left + 14 + (WIDTH - 28.0) * i / (sides.length - 1);
  }

  private void draw(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  String svg() {
    for (int r = 0; r < DRAWN.length; r++) {
      int y = TOP + HEIGHT + 62 + 18 * r;
      draw(
          "<line x1='%d' x2='%d' y1='%d' y2='%d' stroke='%s' stroke-width='2.5'/>",
          LEFT, LEFT + 26, y - 4, y - 4, COLOURS[r]);
      draw("<text x='%d' y='%d' class='a'>%s</text>", LEFT + 34, y, DRAWN[r].title);
    }
    int width = LEFT + panels * (WIDTH + 30);
    int height = TOP + HEIGHT + LEGEND + 20;
    return """
        <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img' aria-label='share of defects found by their size'>
        <style>text{font-family:sans-serif;fill:#222}.t{font-size:15px;font-weight:600}.a{font-size:12.5px}.g{stroke:#ddd}</style>
        <rect width='100%%' height='100%%' fill='#ffffff'/>
        %s</svg>
        """
        .formatted(width, height, width, height, body);
  }
}
