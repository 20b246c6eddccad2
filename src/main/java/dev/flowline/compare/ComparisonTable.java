package dev.flowline.compare;

import dev.flowline.page.Numbers;
import dev.flowline.page.TextTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table of a comparison in aligned plain text: how well the models do on each category and on all
 * together, and what they cost.
 */
public record ComparisonTable(Comparison comparison) {
  private static final List<ScoreColumn> COST =
      Arrays.stream(ScoreColumn.values()).filter(column -> !column.isQuality()).toList();

  /** Returns lines of text, each ended. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String category : comparison.categories()) {
      table(
          text,
          category,
          quality(),
          (model, column) -> comparison.spread(category, model, column),
          model -> comparison.published(category, model));
    }
    if (comparison.categories().size() > 1) {
      String heading = "mean of " + comparison.categories().size() + " categories";
      table(text, heading, quality(), comparison::mean, comparison::publishedMean);
    }
    table(text, "cost", COST, comparison::mean, model -> List.of());
    if (comparison.models().size() > 1) {
      Pareto.all(comparison)
          .forEach(
              pareto ->
                  text.append(
                      "%s: no model is both faster (99 %% within) and better (%s) than %s\n"
                          .formatted(
                              pareto.mark(),
                              pareto.quality().heading(),
                              pareto.front().things().stream()
                                  .map(ComparedModel::title)
                                  .collect(Collectors.joining(", ")))));
    }
    text.append(summary()).append('\n');
    for (ComparedRun run : comparison.failed()) {
      text.append(
          "failed: %s, %s, seed %s: %s\n"
              .formatted(run.category(), run.model(), run.seed(), run.failure()));
    }
    return text.toString();
  }

  /** Returns the columns of quality. */
  private List<ScoreColumn> quality() {
    return comparison.columns().stream().filter(ScoreColumn::isQuality).toList();
  }

  /** Returns what the figures are, in a sentence or two. */
  private String summary() {
    return "mean ± sample deviation over "
        + Numbers.count(comparison.seeds().size(), "seed")
        + "; * is the best; thresholds come from good images only, but for oracle, tuned on the"
        + " test set";
  }

  private void table(
      StringBuilder text,
      String name,
      List<ScoreColumn> columns,
      BiFunction<ComparedModel, ScoreColumn, Spread> spreads,
      Function<ComparedModel, List<Comparison.Published>> published) {
    List<List<String>> lines = new ArrayList<>();
    List<String> headings = new ArrayList<>(List.of(name));
    columns.forEach(column -> headings.add(column.heading()));
    lines.add(headings);
    for (ComparedModel model : comparison.models()) {
      List<String> line = new ArrayList<>(List.of(model.title()));
      for (ScoreColumn column : columns) {
        List<Spread> all =
            comparison.models().stream().map(each -> spreads.apply(each, column)).toList();
        line.add(cell(column, spreads.apply(model, column), Comparison.best(column, all)));
      }
      lines.add(line);
      for (Comparison.Published of : published.apply(model)) {
        lines.add(published(of, columns));
      }
    }
    text.append(TextTable.of(lines, headings.size())).append('\n');
  }

  private static String cell(ScoreColumn column, Spread spread, double best) {
    String mean = column.unit().text(spread.mean());
    return mean + column.unit().deviation(spread.deviation()) + (spread.mean() == best ? "*" : " ");
  }

  private static List<String> published(Comparison.Published of, List<ScoreColumn> columns) {
    List<String> line = new ArrayList<>();
    line.add("  published" + (of.extractor() == null ? "" : ", " + of.extractor()));
    for (ScoreColumn column : columns) {
      PublishedResult result = of.figures().get(column);
      line.add((result == null ? "" : column.unit().text(result.value())) + " ");
    }
    return line;
  }
}
