package dev.flowline.compare;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.RuleOutcome;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of one model, trained with one seed on one category.
 *
 * @param model its label
 * @param failure why there is no result; null if there is one
 * @param figures by {@link ScoreColumn#key}; null if unknown, empty if the run failed
 * @param goodImages good test images that the shares are of; null if it is unknown, as in runs of
 *     older versions
 * @param defectImages defective test images that the shares are of; null if it is unknown
 * @param imagesOutOfRange test images unlike the calibration images; null if it is unknown
 * @param warnings what is odd about the dataset, its masks and images, one sentence each; empty for
 *     nothing, and for runs of older versions
 * @param thresholdRules what this threshold does beside those that others set, on the same maps;
 *     empty for runs of older versions
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ComparedRun(
    String category,
    String model,
    long seed,
    String failure,
    @JsonInclude(content = JsonInclude.Include.ALWAYS) Map<String, Double> figures,
    Integer goodImages,
    Integer defectImages,
    Integer imagesOutOfRange,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RuleOutcome> thresholdRules) {
  public ComparedRun {
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
    thresholdRules = thresholdRules == null ? List.of() : List.copyOf(thresholdRules);
  }

  /** Returns a run without a result. */
  public static ComparedRun failed(String category, String model, long seed, String reason) {
    return new ComparedRun(category, model, seed, reason, Map.of(), null, null, null, null, null);
  }

  /**
   * Returns a run with its result.
   *
   * @param costs the figures that the evaluation does not have
   */
  public static ComparedRun finished(
      String category,
      String model,
      long seed,
      EvaluationResult result,
      Map<ScoreColumn, Double> costs) {
    Map<ScoreColumn, Double> all = new EnumMap<>(ScoreColumn.class);
    for (ScoreColumn column : ScoreColumn.values()) {
      all.put(column, costs.getOrDefault(column, column.of(result)));
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    if (!result.hasFair()) {
      all.remove(ScoreColumn.MEAN_IOU_FAIR);
    }
    all.forEach((column, value) -> figures.put(column.key(), value.isNaN() ? null : value));
    return new ComparedRun(
        category,
        model,
        seed,
        null,
        figures,
        result.goodImages(),
        result.defectImages(),
        result.imagesOutOfRange(),
        result.warnings(),
        result.thresholdRules());
  }

  /** Returns the number of images that a share is of; null if it is unknown, or no share. */
  Integer images(ScoreColumn column) {
    return switch (column) {
      case FOUND, ALARMED_ELSEWHERE -> defectImages;
      case FALSE_ALARMS -> goodImages;
      default -> null;
    };
  }

  /** Returns whether there is no result. */
  @JsonIgnore
  public boolean isFailed() {
    return failure != null;
  }

  /**
   * Returns a figure; NaN if it is unknown. What was found is unknown of a run by an older version,
   * which counted alarms beside the defect too.
   */
  public double figure(ScoreColumn column) {
    boolean older = !figures.containsKey(ScoreColumn.ALARMED_ELSEWHERE.key());
    if (older && (column == ScoreColumn.FOUND || column == ScoreColumn.FOUND_BY_ROC)) {
      return Double.NaN;
    }
    Double value = figures.get(column.key());
    return value == null ? Double.NaN : value;
  }
}
