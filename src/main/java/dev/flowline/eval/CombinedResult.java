package dev.flowline.eval;

import dev.flowline.metrics.NanAsNull;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * The combined result of several products: the mean of each figure over the products that have it,
 * NaN if none has; the sums of all counts; and the result of each product.
 *
 * @param byDefect by product and defect type, {@code product/type}
 * @param timings by stage, over the products that have it: the mean of the medians, the largest of
 *     the 99 % values
 */
public record CombinedResult(
    @NanAsNull double pixelAuroc,
    @NanAsNull double imageAuroc,
    @NanAsNull double aupro,
    MeanIouByThreshold meanIou,
    int goodImages,
    int falseAlarmImages,
    int defectImages,
    int defectImagesFound,
    int defectImagesAlarmedElsewhere,
    Map<String, DefectTypeResult> byDefect,
    Map<String, StageTiming> timings,
    Map<String, EvaluationResult> byProduct) {

  /**
   * Combines results.
   *
   * @param results by product, at least one
   */
  public static CombinedResult of(Map<String, EvaluationResult> results) {
    Collection<EvaluationResult> all = results.values();
    Map<String, DefectTypeResult> byDefect = new LinkedHashMap<>();
    results.forEach(
        (product, result) ->
            result
                .byDefect()
                .forEach((type, figures) -> byDefect.put(product + "/" + type, figures)));
    Map<String, StageTiming> timings = new LinkedHashMap<>();
    for (EvaluationResult result : all) {
      result.timings().keySet().forEach(stage -> timings.computeIfAbsent(stage, s -> of(all, s)));
    }
    return new CombinedResult(
        mean(all, EvaluationResult::pixelAuroc),
        mean(all, EvaluationResult::imageAuroc),
        mean(all, EvaluationResult::aupro),
        new MeanIouByThreshold(
            mean(all, r -> r.meanIou().automatic()),
            mean(all, r -> r.meanIou().oracle()),
            mean(all, r -> r.meanIou().fair())),
        all.stream().mapToInt(EvaluationResult::goodImages).sum(),
        all.stream().mapToInt(EvaluationResult::falseAlarmImages).sum(),
        all.stream().mapToInt(EvaluationResult::defectImages).sum(),
        all.stream().mapToInt(EvaluationResult::defectImagesFound).sum(),
        all.stream().mapToInt(EvaluationResult::defectImagesAlarmedElsewhere).sum(),
        byDefect,
        timings,
        results);
  }

  private static StageTiming of(Collection<EvaluationResult> all, String stage) {
    List<StageTiming> timings =
        all.stream().map(result -> result.timings().get(stage)).filter(Objects::nonNull).toList();
    return new StageTiming(
        timings.stream().mapToDouble(StageTiming::medianMillis).average().orElseThrow(),
        timings.stream().mapToDouble(StageTiming::p99Millis).max().orElseThrow());
  }

  private static double mean(
      Collection<EvaluationResult> all, ToDoubleFunction<EvaluationResult> figure) {
    return all.stream()
        .mapToDouble(figure)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }
}
