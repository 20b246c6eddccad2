package dev.flowline.tune;

import dev.flowline.metrics.Curve;
import dev.flowline.page.Card;
import dev.flowline.page.SvgChart;
import dev.flowline.page.SvgFile;
import gg.jte.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The picture of a tuning: defects found over p99, a dot for each candidate, and the front. */
record TuneChart(TuneResult result) {
  /** A candidate in the chart, by its number in the table. */
  private record NumberedRow(int number, TuneRow row) {}

  private List<NumberedRow> dots() {
    List<NumberedRow> dots = new ArrayList<>();
    for (int i = 0; i < result.rows().size(); i++) {
      if (result.rows().get(i).hasResult()) {
        dots.add(new NumberedRow(i + 1, result.rows().get(i)));
      }
    }
    return dots;
  }

  /** Returns whether there is anything to draw. */
  boolean hasPoints() {
    return !dots().isEmpty();
  }

  /** Returns the chart with its key. */
  Card card() {
    return new Card(
        result.foundInWords() + " over p99",
        chart(),
        List.of(
            new Card.Key("pareto", "on the front: none is faster and finds more"),
            new Card.Key("model", "another one is")),
        dots().stream()
            .map(dot -> dot.number + " " + dot.row.label())
            .collect(Collectors.joining(" · ")));
  }

  /** Returns the chart as a file of its own. */
  String file() {
    return SvgFile.of(chart());
  }

  private Content chart() {
    double slowest =
        dots().stream().mapToDouble(dot -> dot.row.p99()).max().orElse(result.taktMillis());
    double end = 1.15 * Math.max(slowest, result.taktMillis());
    SvgChart chart = new SvgChart(0, end, 0, 104);
    chart.line(front(end), "first");
    chart.upright(result.taktMillis(), "takt " + TuneNotes.millis(result.taktMillis()), "ink");
    for (NumberedRow dot : dots()) {
      chart.named(
          dot.row.p99(),
          100 * dot.row.found(),
          Integer.toString(dot.number),
          dot.row.pareto() ? "pareto" : "model");
    }
    return chart.svg(
        result.foundInWords() + " over the time of an inspection",
        "p99 of an inspection, ms",
        result.foundInWords() + ", %");
  }

  /** Returns what can be found within a time: a line that rises at each point of the front. */
  private Curve front(double end) {
    List<TuneRow> points = result.front().stream().map(result::row).toList();
    double[] x = new double[2 * points.size()];
    double[] y = new double[2 * points.size()];
    for (int i = 0; i < points.size(); i++) {
      x[2 * i] = points.get(i).p99();
      x[2 * i + 1] = i + 1 < points.size() ? points.get(i + 1).p99() : end;
      y[2 * i] = 100 * points.get(i).found();
      y[2 * i + 1] = y[2 * i];
    }
    return new Curve(x, y);
  }
}
