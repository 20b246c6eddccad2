package dev.flowline.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The comparison of several models on the same data.
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

  /** What papers state of a model with one extractor, null if they do not name it. */
  public record Published(String extractor, Map<ScoreColumn, PublishedResult> figures) {}

  /** Returns the number of runs that there are in the end. */
  public int planned() {
    return categories.size() * models.size() * seeds.size();
  }

  /** Returns the runs that failed. */
  public List<ComparedRun> failed() {
    return runs.stream().filter(ComparedRun::isFailed).toList();
  }

  /** Returns the finished runs of a model on a category. */
  List<ComparedRun> finished(String category, ComparedModel model) {
    return runs.stream()
        .filter(run -> !run.isFailed())
        .filter(run -> run.category().equals(category) && run.model().equals(model.label()))
        .toList();
  }

  /** Returns a score on a category, over the seeds. */
  public Spread spread(String category, ComparedModel model, ScoreColumn figure) {
    return Spread.of(
        finished(category, model).stream().mapToDouble(run -> run.figure(figure)).toArray());
  }

  /**
   * Returns the mean of a score over all categories, over the seeds; a seed without the score on
   * one of the categories does not count.
   */
  public Spread mean(ComparedModel model, ScoreColumn figure) {
    return Spread.of(
        seeds.stream().mapToDouble(seed -> meanOverCategories(model, figure, seed)).toArray());
  }

  private double meanOverCategories(ComparedModel model, ScoreColumn figure, long seed) {
    double sum = 0;
    for (String category : categories) {
      sum +=
          finished(category, model).stream()
              .filter(run -> run.seed() == seed)
              .mapToDouble(run -> run.figure(figure))
              .findFirst()
              .orElse(Double.NaN);
    }
    return sum / categories.size();
  }

  /**
   * Returns the dataset whose published results are shown: that of the layout, if it has all the
   * categories by their names; null otherwise.
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
   * Returns the published results of a model on a category, one entry per extractor. Of several
   * entries of one kind only the first has them, so that they are shown once.
   */
  public List<Published> published(String category, ComparedModel model) {
    if (published == null || !isFirstOfKind(model)) {
      return List.of();
    }
    Map<String, Map<ScoreColumn, PublishedResult>> byExtractor = new LinkedHashMap<>();
    for (PublishedResult result : PublishedResults.of(published, category, model.model())) {
      ScoreColumn.of(result.metric())
          .ifPresent(
              figure ->
                  byExtractor
                      .computeIfAbsent(result.extractor(), e -> new LinkedHashMap<>())
                      .put(figure, result));
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

  /**
   * Returns the published means over categories; none if not all published categories are compared.
   */
  public List<Published> publishedMean(ComparedModel model) {
    boolean all =
        published != null && publishedCategories(published).equals(Set.copyOf(categories));
    return all ? published(PublishedResults.MEAN, model) : List.of();
  }

  /** Returns the best mean of a score among the models; NaN if none is better than another one. */
  static double best(ScoreColumn figure, List<Spread> spreads) {
    double[] known =
        spreads.stream().mapToDouble(Spread::mean).filter(mean -> !Double.isNaN(mean)).toArray();
    double best = Double.NaN;
    boolean differ = false;
    for (double mean : known) {
      differ |= mean != known[0];
      best = Double.isNaN(best) || figure.isBetter(mean, best) ? mean : best;
    }
    return differ ? best : Double.NaN;
  }

  /** Returns the JSON form. */
  public ComparisonAnswer answer() {
    return ComparisonAnswer.of(this);
  }
}
