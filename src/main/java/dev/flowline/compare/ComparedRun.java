package dev.flowline.compare;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.eval.EvaluationResult;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One model trained with one seed on one category, and judged.
 *
 * @param model its label
 * @param failure why it came to nothing; null where it did not
 * @param figures by {@link ScoreColumn#key}; null where unknown, empty where the run failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ComparedRun(
    String category,
    String model,
    long seed,
    String failure,
    @JsonInclude(content = JsonInclude.Include.ALWAYS) Map<String, Double> figures) {

  public static ComparedRun failed(String category, String model, long seed, String reason) {
    return new ComparedRun(category, model, seed, reason, Map.of());
  }

  /**
   * @param costs the figures that the evaluation does not tell
   */
  public static ComparedRun finished(
      String category,
      String model,
      long seed,
      EvaluationResult result,
      Map<ScoreColumn, Double> costs) {
    Map<ScoreColumn, Double> all = new EnumMap<>(ScoreColumn.class);
    for (ScoreColumn figure : ScoreColumn.values()) {
      all.put(figure, costs.getOrDefault(figure, figure.of(result)));
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    all.forEach((figure, value) -> figures.put(figure.key(), value.isNaN() ? null : value));
    return new ComparedRun(category, model, seed, null, figures);
  }

  @JsonIgnore
  public boolean isFailed() {
    return failure != null;
  }

  /** NaN where it is unknown. */
  double figure(ScoreColumn figure) {
    Double value = figures.get(figure.key());
    return value == null ? Double.NaN : value;
  }
}
