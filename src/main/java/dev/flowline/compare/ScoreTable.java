package dev.flowline.compare;

import dev.flowline.calibration.BinomialInterval;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The tables of a comparison's page: a row for each model and each published result, a column for
 * each figure.
 */
record ScoreTable(Comparison comparison) {
  /**
   * A row of a table.
   *
   * @param published whether it is of a paper
   * @param name of the model
   * @param extractor of the paper's model; null for our own models
   * @param marks of the fronts that the model is on: no other one is both faster and better
   * @param reports of the model's runs, by seed
   */
  record Row(
      boolean published,
      String name,
      String extractor,
      List<String> marks,
      Map<String, String> reports,
      List<ScoreCell> cells) {}

  /**
   * A heading over several columns.
   *
   * @param columns how many
   */
  record Heading(String text, int columns) {}

  /**
   * Returns the columns by group; those without any figure, as of pixels without masks, are left
   * out.
   */
  List<ScoreColumn> columns() {
    return comparison.columns().stream()
        .filter(this::hasFigures)
        .sorted(Comparator.comparing(ScoreColumn::group))
        .toList();
  }

  private boolean hasFigures(ScoreColumn column) {
    return comparison.runs().stream().anyMatch(run -> !Double.isNaN(run.figure(column)))
        || comparison.models().stream().anyMatch(model -> isPublished(model, column));
  }

  private boolean isPublished(ComparedModel model, ScoreColumn column) {
    return comparison.categories().stream()
        .flatMap(category -> comparison.published(category, model).stream())
        .anyMatch(published -> published.figures().containsKey(column));
  }

  /** Returns the headings over the columns. */
  List<Heading> groups() {
    List<Heading> groups = new ArrayList<>();
    for (ScoreColumn.Group group : ScoreColumn.Group.values()) {
      int columns = (int) columns().stream().filter(c -> c.group() == group).count();
      if (columns > 0) {
        groups.add(new Heading(group.heading(), columns));
      }
    }
    return groups;
  }

  /**
   * A figure in a table.
   *
   * @param css class; null for none
   * @param source where a published figure stands; null for our own
   * @param notes what stands below the figure
   */
  record ScoreCell(String css, String source, String text, List<String> notes) {}

  /** Returns the rows of the mean over categories. */
  List<Row> mean() {
    return rows(
        comparison::mean,
        comparison::publishedMean,
        model -> Map.of(),
        (model, column) -> Optional.empty());
  }

  /** Returns the rows of a category. */
  List<Row> rows(String category) {
    return rows(
        (model, column) -> comparison.spread(category, model, column),
        model -> comparison.published(category, model),
        model -> reports(category, model),
        (model, column) -> interval(category, model, column));
  }

  private List<Row> rows(
      BiFunction<ComparedModel, ScoreColumn, Spread> spreads,
      Function<ComparedModel, List<Comparison.Published>> published,
      Function<ComparedModel, Map<String, String>> reports,
      BiFunction<ComparedModel, ScoreColumn, Optional<String>> intervals) {
    List<Pareto> fronts = Pareto.all(comparison);
    List<Row> rows = new ArrayList<>();
    for (ComparedModel model : comparison.models()) {
      List<ScoreCell> cells = new ArrayList<>();
      for (ScoreColumn column : columns()) {
        List<Spread> all =
            comparison.models().stream().map(each -> spreads.apply(each, column)).toList();
        cells.add(
            cell(
                column,
                spreads.apply(model, column),
                Comparison.best(column, all),
                intervals.apply(model, column)));
      }
      List<String> marks =
          fronts.stream()
              .filter(front -> comparison.models().size() > 1 && front.contains(model))
              .map(Pareto::mark)
              .toList();
      rows.add(new Row(false, model.title(), null, marks, reports.apply(model), cells));
      published.apply(model).forEach(of -> rows.add(row(of)));
    }
    return rows;
  }

  private Map<String, String> reports(String category, ComparedModel model) {
    Map<String, String> reports = new LinkedHashMap<>();
    for (ComparedRun run : comparison.finished(category, model)) {
      reports.put(Long.toString(run.seed()), address(category, model, run.seed()));
    }
    return reports;
  }

  private static String address(String category, ComparedModel model, long seed) {
    StringBuilder address = new StringBuilder();
    for (String segment : ComparisonPage.folder(category, model, seed).split("/")) {
      address.append(Html.pathSegment(segment)).append('/');
    }
    return address + "report.html";
  }

  /** Returns the 95 % interval of a share of images; empty of other figures. */
  private Optional<String> interval(String category, ComparedModel model, ScoreColumn column) {
    double mean = comparison.spread(category, model, column).mean();
    return comparison.finished(category, model).stream()
        .map(run -> run.images(column))
        .filter(images -> images != null && images > 0 && !Double.isNaN(mean))
        .findFirst()
        .map(images -> BinomialInterval.of((int) Math.round(mean * images), images))
        .map(
            interval ->
                Numbers.fixed(100 * interval.low(), 0)
                    + "–"
                    + Numbers.fixed(100 * interval.high(), 0)
                    + " %");
  }

  private ScoreCell cell(
      ScoreColumn column, Spread spread, double best, Optional<String> interval) {
    String css = (spread.mean() == best ? "best" : "") + (column.isOracle() ? " bound" : "");
    List<String> notes = new ArrayList<>();
    String deviation = column.unit().deviation(spread.deviation());
    if (!deviation.isEmpty()) {
      notes.add(deviation);
    }
    interval.ifPresent(notes::add);
    if (spread.count() > 0 && spread.count() < comparison.seeds().size()) {
      notes.add("of " + Numbers.count(spread.count(), "seed"));
    }
    return new ScoreCell(
        css.isEmpty() ? null : css.strip(), null, column.unit().text(spread.mean()), notes);
  }

  private Row row(Comparison.Published of) {
    List<ScoreCell> cells = new ArrayList<>();
    for (ScoreColumn column : columns()) {
      PublishedResult result = of.figures().get(column);
      cells.add(
          result == null
              ? new ScoreCell(null, null, "", List.of())
              : new ScoreCell(
                  null, result.source(), column.unit().text(result.value()), List.of()));
    }
    String extractor = of.extractor() == null ? "extractor not stated" : of.extractor();
    return new Row(true, "published", extractor, List.of(), Map.of(), cells);
  }
}
