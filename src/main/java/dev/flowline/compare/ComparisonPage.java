package dev.flowline.compare;

import dev.flowline.calibration.BinomialInterval;
import dev.flowline.io.AtomicFile;
import dev.flowline.page.Card;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.SvgChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page on a comparison, which needs nothing but itself. It links to the runs' reports, which lie
 * in {@code category/model/seed-N}.
 */
public record ComparisonPage(String title, Comparison comparison) {
  private static final int CHARTED = 2;

  /** Returns the folder of a run's report, below the comparison's. */
  public static String folder(String category, ComparedModel model, long seed) {
    return category + "/" + model.folder() + "/seed-" + seed;
  }

  /**
   * Writes {@code compare.html} into a folder.
   *
   * @return the page's path
   * @throws IOException naming the file, if it cannot be written
   */
  public Path write(Path folder) throws IOException {
    Path page = folder.resolve("compare.html");
    AtomicFile.write(page, html());
    return page;
  }

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JtecomparisonGenerated.render(page, null, this));
  }

  /** Returns how much was compared, in a sentence. */
  String verdict() {
    int failed = comparison.failed().size();
    int left = comparison.planned() - comparison.runs().size();
    return "%s on %s with %s%s%s."
        .formatted(
            Numbers.count(comparison.models().size(), "model"),
            comparison.categories().size() == 1
                ? "one category"
                : comparison.categories().size() + " categories",
            Numbers.count(comparison.seeds().size(), "seed"),
            failed == 0 ? "" : "; " + Numbers.count(failed, "run") + " failed",
            left == 0 ? "" : "; " + Numbers.count(left, "run") + " still to come");
  }

  /** Returns whether there is a mean over categories to show. */
  boolean severalCategories() {
    return comparison.categories().size() > 1;
  }

  /** Returns the categories that have a run; the others are still to come. */
  List<String> begunCategories() {
    return comparison.categories().stream()
        .filter(
            category -> comparison.runs().stream().anyMatch(run -> run.category().equals(category)))
        .toList();
  }

  /**
   * A row of a table.
   *
   * @param published whether it is of a paper
   * @param name of the model
   * @param extractor of the paper's model; null for our own models
   * @param pareto whether no other model is both faster and better
   * @param reports of the model's runs, by seed
   */
  record ScoreRow(
      boolean published,
      String name,
      String extractor,
      boolean pareto,
      Map<String, String> reports,
      List<ScoreCell> cells) {}

  /**
   * A heading over several columns.
   *
   * @param columns how many
   */
  record GroupHeading(String text, int columns) {}

  /** Returns the columns by group. */
  List<ScoreColumn> columns() {
    return comparison.columns().stream().sorted(Comparator.comparing(ScoreColumn::group)).toList();
  }

  /** Returns the headings over the columns. */
  List<GroupHeading> groups() {
    List<GroupHeading> groups = new ArrayList<>();
    for (ScoreColumn.Group group : ScoreColumn.Group.values()) {
      int columns = (int) comparison.columns().stream().filter(c -> c.group() == group).count();
      groups.add(new GroupHeading(group.heading(), columns));
    }
    return groups;
  }

  /** Returns which model to take for which time, in a sentence; empty if that is not known. */
  String recommendation() {
    return Pareto.of(comparison).inWords().orElse("");
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
  List<ScoreRow> mean() {
    return rows(
        comparison::mean,
        comparison::publishedMean,
        model -> Map.of(),
        (model, column) -> Optional.empty());
  }

  /** Returns the rows of a category. */
  List<ScoreRow> rows(String category) {
    return rows(
        (model, column) -> comparison.spread(category, model, column),
        model -> comparison.published(category, model),
        model -> reports(category, model),
        (model, column) -> interval(category, model, column));
  }

  private List<ScoreRow> rows(
      BiFunction<ComparedModel, ScoreColumn, Spread> spreads,
      Function<ComparedModel, List<Comparison.Published>> published,
      Function<ComparedModel, Map<String, String>> reports,
      BiFunction<ComparedModel, ScoreColumn, Optional<String>> intervals) {
    Pareto pareto = Pareto.of(comparison);
    List<ScoreRow> rows = new ArrayList<>();
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
      boolean marked = comparison.models().size() > 1 && pareto.contains(model);
      rows.add(new ScoreRow(false, model.title(), null, marked, reports.apply(model), cells));
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
    for (String segment : folder(category, model, seed).split("/")) {
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

  private ScoreRow row(Comparison.Published of) {
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
    return new ScoreRow(true, "published", extractor, false, Map.of(), cells);
  }

  /** Returns charts of quality over the time for an image, a dot for each model. */
  List<Card> charts() {
    return Stream.of(Pareto.QUALITY, ScoreColumn.AUPRO, ScoreColumn.PIXEL_AUROC)
        .filter(column -> dots(column).size() >= CHARTED)
        .limit(CHARTED)
        .map(this::card)
        .toList();
  }

  /**
   * @param name the model's number
   * @param pareto whether no other model is both faster and better
   */
  private record Dot(String name, double millis, double quality, boolean pareto) {}

  private List<Dot> dots(ScoreColumn column) {
    Pareto pareto = Pareto.of(comparison);
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
            new Card.Key("pareto", "none is faster and better by log10NFA"),
            new Card.Key("model", "another one is")),
        dots.stream().map(this::inWords).collect(Collectors.joining(" · ")));
  }

  private String inWords(Dot dot) {
    return dot.name + " " + comparison.models().get(Integer.parseInt(dot.name) - 1).title();
  }

  /** Returns a row for each run that failed. */
  List<List<String>> failures() {
    return comparison.failed().stream()
        .map(
            run ->
                List.of(
                    "%s, %s, seed %d".formatted(run.category(), run.model(), run.seed()),
                    run.failure()))
        .toList();
  }

  /** Returns a row for each model. */
  List<List<String>> models() {
    return comparison.models().stream()
        .map(
            model ->
                List.of(
                    model.title(),
                    model.extractor(),
                    model.input(),
                    model.settings(),
                    model.training(),
                    model.latents()))
        .toList();
  }

  /** Returns the papers whose figures are shown, each once. */
  List<String> sources() {
    Set<String> sources = new LinkedHashSet<>();
    for (ComparedModel model : comparison.models()) {
      for (String category : comparison.categories()) {
        comparison.published(category, model).forEach(of -> add(of, sources));
      }
      comparison.publishedMean(model).forEach(of -> add(of, sources));
    }
    return List.copyOf(sources);
  }

  private static void add(Comparison.Published of, Set<String> sources) {
    of.figures().values().forEach(result -> sources.add(result.source()));
  }
}
