package dev.flowline.eval;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Several products' evaluations as one: the figures' means over the products, the sums of what is
 * counted, and each product's own result.
 *
 * @param byDefect by product and defect type, {@code product/type}
 * @param timings by stage: the mean of the medians, the largest of the 99 % values
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
    Map<String, DefectTypeResult> byDefect,
    Map<String, StageTiming> timings,
    Map<String, EvaluationResult> byProduct) {

  /**
   * @param results by product, at least one
   */
  public static CombinedResult of(Map<String, EvaluationResult> results) {
    Collection<EvaluationResult> all = results.values();
    Map<String, DefectTypeResult> byDefect = new LinkedHashMap<>();
    results.forEach(
        (product, result) ->
            result.byDefect().forEach((type, of) -> byDefect.put(product + "/" + type, of)));
    Map<String, StageTiming> timings = new LinkedHashMap<>();
    for (String stage : all.iterator().next().timings().keySet()) {
      timings.put(
          stage,
          new StageTiming(
              mean(all, r -> r.timings().get(stage).medianMillis()),
              all.stream()
                  .mapToDouble(r -> r.timings().get(stage).p99Millis())
                  .max()
                  .orElse(Double.NaN)));
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
        byDefect,
        timings,
        results);
  }

  private static double mean(
      Collection<EvaluationResult> all, ToDoubleFunction<EvaluationResult> figure) {
    return all.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }
}
