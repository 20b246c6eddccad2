package dev.flowline.compare;

import dev.flowline.page.Card;
import dev.flowline.page.SvgChart;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The charts of a comparison's page: quality over the time for an image, a dot for each model. */
record ComparisonCharts(Comparison comparison) {
  private static final int CHARTED = 2;
  private static final int MOST = 3;

  /** Returns at most three charts, each of a figure that at least two models have. */
  List<Card> cards() {
    return Stream.of(
            ScoreColumn.NFA_IMAGE_AUROC,
            ScoreColumn.FOUND,
            ScoreColumn.AUPRO,
            ScoreColumn.PIXEL_AUROC)
        .filter(column -> dots(column).size() >= CHARTED)
        .limit(MOST)
        .map(this::card)
        .toList();
  }

  /**
   * A model in a chart.
   *
   * @param name the model's number
   * @param pareto whether no other model is both faster and better
   */
  private record Dot(String name, double millis, double quality, boolean pareto) {}

  /** Returns the measure whose front a chart marks: its own, or image AUROC. */
  private static ScoreColumn front(ScoreColumn column) {
    return Pareto.QUALITIES.contains(column) ? column : ScoreColumn.NFA_IMAGE_AUROC;
  }

  private List<Dot> dots(ScoreColumn column) {
    Pareto pareto = Pareto.of(comparison, front(column));
    List<Dot> dots = new ArrayList<>();
    for (int i = 0; i < comparison.models().size(); i++) {
      ComparedModel model = comparison.models().get(i);
      double millis = comparison.mean(model, ScoreColumn.P99_MILLIS).mean();
      double quality = comparison.mean(model, column).mean();
      if (!Double.isNaN(millis) && !Double.isNaN(quality)) {
        dots.add(new Dot(Integer.toString(i + 1), millis, quality, pareto.contains(model)));
      }
    }
    return dots;
  }

  private Card card(ScoreColumn column) {
    List<Dot> dots = dots(column);
    double slowest = dots.stream().mapToDouble(Dot::millis).max().orElseThrow();
    double lowest = dots.stream().mapToDouble(Dot::quality).min().orElseThrow();
    double highest = dots.stream().mapToDouble(Dot::quality).max().orElseThrow();
    double margin = Math.max(0.01, (highest - lowest) * 0.15);
    SvgChart chart =
        new SvgChart(
            0, slowest * 1.15, Math.max(0, lowest - margin), Math.min(1, highest + margin));
    dots.forEach(
        dot -> chart.named(dot.millis, dot.quality, dot.name, dot.pareto ? "pareto" : "model"));
    return new Card(
        column.heading() + " over the time per image",
        chart.svg(column.heading() + " by model", "ms per image, 99 % within", column.heading()),
        List.of(
            new Card.Key(
                "pareto",
                front(column) == ScoreColumn.FOUND
                    ? "none is faster and finds more"
                    : "none is faster and better by log10NFA"),
            new Card.Key("model", "another one is")),
        dots.stream().map(this::inWords).collect(Collectors.joining(" · ")));
  }

  private String inWords(Dot dot) {
    return dot.name + " " + comparison.models().get(Integer.parseInt(dot.name) - 1).title();
  }
}
