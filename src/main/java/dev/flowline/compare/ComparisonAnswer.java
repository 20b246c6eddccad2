package dev.flowline.compare;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The answer of {@code compare --json}, which is also {@code compare.json}.
 *
 * @param facts of the comparison, for people
 * @param published the dataset whose published results stand beside; null for none
 * @param runsPlanned in all, the failed ones included
 * @param categories the figures by category and by the label of the model
 * @param mean the figures over all categories, by the label of the model
 * @param pareto the models that no other one beats in p99 and in a measure, the fastest first, by
 *     {@link ScoreColumn#key}
 * @param runs each that is finished or failed
 */
public record ComparisonAnswer(
    Map<String, String> facts,
    List<Long> seeds,
    String published,
    List<ComparedModel> models,
    int runsPlanned,
    int runsFailed,
    Map<String, Map<String, Figures>> categories,
    Map<String, Figures> mean,
    Map<String, List<String>> pareto,
    List<ComparedRun> runs) {

  /**
   * The figures of a model.
   *
   * @param spreads over the seeds, by {@link ScoreColumn#key}; each is a field of its own in JSON
   * @param published what is published of them
   */
  public record Figures(@JsonIgnore Map<String, Spread> spreads, List<PublishedResult> published) {
    static Figures of(
        List<ScoreColumn> columns,
        List<Comparison.Published> published,
        Function<ScoreColumn, Spread> spreads) {
      Map<String, Spread> byKey = new LinkedHashMap<>();
      for (ScoreColumn column : columns) {
        byKey.put(column.key(), spreads.apply(column));
      }
      return new Figures(
          byKey, published.stream().flatMap(one -> one.figures().values().stream()).toList());
    }

    @JsonAnyGetter
    Map<String, Spread> byKey() {
      return spreads;
    }
  }

  /** Returns the answer of a comparison. */
  static ComparisonAnswer of(Comparison comparison) {
    Map<String, Map<String, Figures>> categories = new LinkedHashMap<>();
    Map<String, Figures> mean = new LinkedHashMap<>();
    for (ComparedModel model : comparison.models()) {
      for (String category : comparison.categories()) {
        categories
            .computeIfAbsent(category, c -> new LinkedHashMap<>())
            .put(
                model.label(),
                Figures.of(
                    comparison.columns(),
                    comparison.published(category, model),
                    column -> comparison.spread(category, model, column)));
      }
      mean.put(
          model.label(),
          Figures.of(
              comparison.columns(),
              comparison.publishedMean(model),
              column -> comparison.mean(model, column)));
    }
    return new ComparisonAnswer(
        comparison.facts(),
        comparison.seeds(),
        comparison.published(),
        comparison.models(),
        comparison.planned(),
        comparison.failed().size(),
        categories,
        mean,
        pareto(comparison),
        comparison.runs());
  }

  private static Map<String, List<String>> pareto(Comparison comparison) {
    Map<String, List<String>> pareto = new LinkedHashMap<>();
    for (Pareto front : Pareto.all(comparison)) {
      pareto.put(
          front.quality().key(),
          front.front().things().stream().map(ComparedModel::label).toList());
    }
    return pareto;
  }
}
