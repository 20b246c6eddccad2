package dev.flowline.compare;

import dev.flowline.eval.RuleTable;
import dev.flowline.io.AtomicFile;
import dev.flowline.page.Card;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A page on a comparison, which needs nothing but itself. It links to the runs' reports, which lie
 * in {@code category/model/seed-N}.
 */
public record ComparisonPage(String title, Comparison comparison) {
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

  /** Returns the tables of figures. */
  ScoreTable scores() {
    return new ScoreTable(comparison);
  }

  /**
   * Returns what the thresholds of this program and of others do on a category, a row for each
   * model and rule, over all its runs; none for runs of older versions.
   */
  List<List<String>> ruleRows(String category) {
    List<List<String>> rows = new ArrayList<>();
    for (ComparedModel model : comparison.models()) {
      String name = comparison.models().size() == 1 ? "" : model.title() + ": ";
      comparison
          .rules(category, model)
          .forEach(outcome -> rows.add(RuleTable.row(outcome, name + outcome.rule().title())));
    }
    return rows;
  }

  /** Returns the charts of quality over time. */
  List<Card> charts() {
    return new ComparisonCharts(comparison).cards();
  }

  /** Returns which model to take for which time, in a sentence; empty if that is not known. */
  String recommendation() {
    return Pareto.of(comparison, ScoreColumn.NFA_IMAGE_AUROC).inWords().orElse("");
  }

  /** Returns a row for each run that failed. */
  List<List<String>> failures() {
    return comparison.failed().stream()
        .map(
            run ->
                List.of(
                    "%s, %s, seed %s".formatted(run.category(), run.model(), run.seed()),
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
