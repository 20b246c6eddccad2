package dev.flowline.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Several models on the same data.
 *
 * @param facts on data and training, by name, in the order shown
 * @param models in the order shown
 * @param categories likewise
 * @param seeds likewise
 * @param published the dataset as {@link PublishedResults} knows it; null where it is none
 * @param runs those that are finished or have failed, at most one for each category, model and seed
 */
public record Comparison(
    Map<String, String> facts,
    List<ComparedModel> models,
    List<String> categories,
    List<Long> seeds,
    String published,
    List<ComparedRun> runs) {

  /** What papers state of a model with one extractor, null where they do not say which. */
  public record Published(String extractor, Map<ScoreColumn, PublishedResult> figures) {}

  /** How many runs there will be. */
  public int planned() {
    return categories.size() * models.size() * seeds.size();
  }

  /** Those that came to nothing. */
  public List<ComparedRun> failed() {
    return runs.stream().filter(ComparedRun::isFailed).toList();
  }

  /** The finished runs of a model on a category. */
  List<ComparedRun> finished(String category, ComparedModel model) {
    return runs.stream()
        .filter(run -> !run.isFailed())
        .filter(run -> run.category().equals(category) && run.model().equals(model.label()))
        .toList();
  }

  /** A figure on a category, over the seeds. */
  public Spread spread(String category, ComparedModel model, ScoreColumn figure) {
    return Spread.of(
        finished(category, model).stream().mapToDouble(run -> run.figure(figure)).toArray());
  }

  /**
   * Over the seeds, the mean of a figure over all categories; a seed for which it is not known on
   * one of them does not count.
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
   * The dataset whose published results are to be shown: that of this layout to which all the
   * categories belong by their names; null where there is none.
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
   * What is published of a model on a category; of each extractor apart. Of several entries of one
   * kind the first has it, so that it stands there once.
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

  /** Of the mean over categories; nothing where not all published categories are compared. */
  public List<Published> publishedMean(ComparedModel model) {
    boolean all =
        published != null && publishedCategories(published).equals(Set.copyOf(categories));
    return all ? published(PublishedResults.MEAN, model) : List.of();
  }

  /** The best mean of a figure among the models; NaN where none is better than another one. */
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

  /** As the JSON object that it is. */
  public Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("facts", facts);
    object.put("seeds", seeds);
    object.put("published", published);
    object.put("models", models);
    object.put("runsPlanned", planned());
    object.put("runsFailed", failed().size());
    Map<String, Object> byCategory = new LinkedHashMap<>();
    for (String category : categories) {
      Map<String, Object> byModel = new LinkedHashMap<>();
      for (ComparedModel model : models) {
        byModel.put(
            model.label(),
            json(published(category, model), figure -> spread(category, model, figure)));
      }
      byCategory.put(category, byModel);
    }
    object.put("categories", byCategory);
    Map<String, Object> mean = new LinkedHashMap<>();
    for (ComparedModel model : models) {
      mean.put(model.label(), json(publishedMean(model), figure -> mean(model, figure)));
    }
    object.put("mean", mean);
    object.put("runs", runs);
    return object;
  }

  private static Map<String, Object> json(
      List<Published> published, Function<ScoreColumn, Spread> spreads) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (ScoreColumn figure : ScoreColumn.values()) {
      object.put(figure.key(), spreads.apply(figure));
    }
    object.put(
        "published", published.stream().flatMap(of -> of.figures().values().stream()).toList());
    return object;
  }
}
