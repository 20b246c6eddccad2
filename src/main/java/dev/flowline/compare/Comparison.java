package dev.flowline.compare;

import dev.flowline.eval.RuleOutcome;
import dev.flowline.eval.ThresholdRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A comparison of several models on the same data.
 *
 * @param facts on data and training, by name, in the order shown
 * @param models in the order shown
 * @param categories in the order shown
 * @param seeds in the order shown
 * @param published the dataset as {@link PublishedResults} knows it; null if it is none
 * @param runs those that are finished or have failed, at most one for each category, model and seed
 */
public record Comparison(
    Map<String, String> facts,
    List<ComparedModel> models,
    List<String> categories,
    List<Long> seeds,
    String published,
    List<ComparedRun> runs) {

  /**
   * The published figures of a model with one extractor.
   *
   * @param extractor null if the papers do not name it
   */
  public record Published(String extractor, Map<ScoreColumn, PublishedResult> figures) {}

  /** Returns how many runs there will be. */
  public int planned() {
    return categories.size() * models.size() * seeds.size();
  }

  /** Returns a row for each warning, of a category and of what is odd about it. */
  public List<List<String>> warnings() {
    return runs.stream()
        .flatMap(run -> run.warnings().stream().map(words -> List.of(run.category(), words)))
        .distinct()
        .toList();
  }

  /** Returns the runs without a result. */
  public List<ComparedRun> failed() {
    return runs.stream().filter(ComparedRun::isFailed).toList();
  }

  /** Returns the columns: all, but the fair one only if a run has measured it. */
  public List<ScoreColumn> columns() {
    boolean fair =
        runs.stream().anyMatch(run -> run.figures().containsKey(ScoreColumn.MEAN_IOU_FAIR.key()));
    return Arrays.stream(ScoreColumn.values())
        .filter(column -> fair || column != ScoreColumn.MEAN_IOU_FAIR)
        .toList();
  }

  /** Returns the finished runs of a model on a category. */
  List<ComparedRun> finished(String category, ComparedModel model) {
    return runs.stream()
        .filter(run -> !run.isFailed())
        .filter(run -> run.category().equals(category) && run.model().equals(model.label()))
        .toList();
  }

  /** Returns a figure on a category, over the seeds. */
  public Spread spread(String category, ComparedModel model, ScoreColumn column) {
    return Spread.of(
        finished(category, model).stream().mapToDouble(run -> run.figure(column)).toArray());
  }

  /** Returns what each threshold rule does on a category, over all runs of a model. */
  List<RuleOutcome> rules(String category, ComparedModel model) {
    Map<ThresholdRule, List<RuleOutcome>> byRule = new EnumMap<>(ThresholdRule.class);
    for (ComparedRun run : finished(category, model)) {
      for (RuleOutcome outcome : run.thresholdRules()) {
        byRule.computeIfAbsent(outcome.rule(), rule -> new ArrayList<>()).add(outcome);
      }
    }
    return byRule.values().stream().map(RuleOutcome::total).toList();
  }

  /**
   * Returns the mean of a figure over all categories, over the seeds. A seed for which it is
   * unknown on one category does not count.
   */
  public Spread mean(ComparedModel model, ScoreColumn column) {
    return Spread.of(
        seeds.stream().mapToDouble(seed -> meanOverCategories(model, column, seed)).toArray());
  }

  private double meanOverCategories(ComparedModel model, ScoreColumn column, long seed) {
    double sum = 0;
    for (String category : categories) {
      sum +=
          finished(category, model).stream()
              .filter(run -> run.seed() == seed)
              .mapToDouble(run -> run.figure(column))
              .findFirst()
              .orElse(Double.NaN);
    }
    return sum / categories.size();
  }

  /**
   * Returns the dataset whose published results are to be shown: that of this layout, if it has all
   * these categories by their names; null otherwise.
   */
  public static String recognise(String layout, List<String> categories) {
    boolean known = !categories.isEmpty() && publishedCategories(layout).containsAll(categories);
    return known ? layout : null;
  }

  private static Set<String> publishedCategories(String dataset) {
    return PublishedResults.all().stream()
        .filter(result -> result.dataset().equals(dataset))
        .map(PublishedResult::category)
        .filter(category -> !category.equals(PublishedResults.MEAN))
        .collect(Collectors.toSet());
  }

  /**
   * Returns what is published of a model on a category, for each extractor separately. If several
   * entries are of one kind, the first one has it, so that it stands there once.
   */
  public List<Published> published(String category, ComparedModel model) {
    if (published == null || !isFirstOfKind(model)) {
      return List.of();
    }
    Map<String, Map<ScoreColumn, PublishedResult>> byExtractor = new LinkedHashMap<>();
    for (PublishedResult result : PublishedResults.of(published, category, model.model())) {
      ScoreColumn.of(result.metric())
          .ifPresent(
              column ->
                  byExtractor
                      .computeIfAbsent(result.extractor(), e -> new LinkedHashMap<>())
                      .put(column, result));
    }
    List<Published> all = new ArrayList<>();
    byExtractor.forEach((extractor, figures) -> all.add(new Published(extractor, figures)));
    return all;
  }

  private boolean isFirstOfKind(ComparedModel model) {
    return models.stream()
        .filter(other -> other.model().equals(model.model()))
        .findFirst()
        .filter(model::equals)
        .isPresent();
  }

  /** Returns the published means; none unless all published categories are compared. */
  public List<Published> publishedMean(ComparedModel model) {
    boolean all =
        published != null && publishedCategories(published).equals(Set.copyOf(categories));
    return all ? published(PublishedResults.MEAN, model) : List.of();
  }

  /**
   * Returns the best mean of a figure among the models; NaN if none is better than another, or than
   * chance.
   */
  static double best(ScoreColumn column, List<Spread> spreads) {
    double[] known =
        spreads.stream().mapToDouble(Spread::mean).filter(mean -> !Double.isNaN(mean)).toArray();
    double best = Double.NaN;
    boolean differ = false;
    for (double mean : known) {
      differ |= mean != known[0];
      best = Double.isNaN(best) || column.isBetter(mean, best) ? mean : best;
    }
    return differ && !column.isChance(best) ? best : Double.NaN;
  }

  /** Returns the comparison as an answer, which has a JSON form. */
  public ComparisonAnswer answer() {
    return ComparisonAnswer.of(this);
  }
}
