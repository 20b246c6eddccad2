package dev.flowline.compare;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The JSON form of a comparison: {@code compare.json}, and the answer of {@code compare --json}.
 *
 * @param facts on data and training, by name
 * @param seeds the seeds
 * @param published the dataset whose published results are shown; null for none
 * @param models the models
 * @param runsPlanned runs that there are in the end
 * @param runsFailed runs that have failed so far
 * @param categories the summaries of each category, by label of the model
 * @param mean the summaries of the mean over all categories, by label of the model
 * @param runs the runs that are finished or have failed
 */
public record ComparisonAnswer(
    Map<String, String> facts,
    List<Long> seeds,
    String published,
    List<ComparedModel> models,
    int runsPlanned,
    int runsFailed,
    Map<String, Map<String, Summary>> categories,
    Map<String, Summary> mean,
    List<ComparedRun> runs) {

  /**
   * The results of a model beside the published ones.
   *
   * @param scores over the seeds, by the key of their column, as fields of the object itself
   * @param published what papers state
   */
  public record Summary(
      @JsonAnyGetter Map<String, Spread> scores, List<PublishedResult> published) {
    private static Summary of(
        List<Comparison.Published> published, Function<ScoreColumn, Spread> spreads) {
      Map<String, Spread> scores = new LinkedHashMap<>();
      for (ScoreColumn column : ScoreColumn.values()) {
        scores.put(column.key(), spreads.apply(column));
      }
      List<PublishedResult> results = new ArrayList<>();
      published.forEach(of -> results.addAll(of.figures().values()));
      return new Summary(scores, results);
    }
  }

  static ComparisonAnswer of(Comparison comparison) {
    Map<String, Map<String, Summary>> categories = new LinkedHashMap<>();
    for (String category : comparison.categories()) {
      categories.put(category, byModel(comparison, model -> summary(comparison, category, model)));
    }
    return new ComparisonAnswer(
        comparison.facts(),
        comparison.seeds(),
        comparison.published(),
        comparison.models(),
        comparison.planned(),
        comparison.failed().size(),
        categories,
        byModel(comparison, model -> mean(comparison, model)),
        comparison.runs());
  }

  private static Map<String, Summary> byModel(
      Comparison comparison, Function<ComparedModel, Summary> summary) {
    Map<String, Summary> summaries = new LinkedHashMap<>();
    comparison.models().forEach(model -> summaries.put(model.label(), summary.apply(model)));
    return summaries;
  }

  private static Summary summary(Comparison comparison, String category, ComparedModel model) {
    return Summary.of(
        comparison.published(category, model),
        column -> comparison.spread(category, model, column));
  }

  private static Summary mean(Comparison comparison, ComparedModel model) {
    return Summary.of(comparison.publishedMean(model), column -> comparison.mean(model, column));
  }
}
