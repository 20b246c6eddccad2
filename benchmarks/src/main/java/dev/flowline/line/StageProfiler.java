package dev.flowline.line;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Secondary results of benchmarks that make inspections: the median of each stage. Without effect
 * on the others. The benchmark hands its timings in; only one thread may do so.
 */
public final class StageProfiler implements InternalProfiler {
  private static final List<StageTimings> TIMINGS = new ArrayList<>();

  /** Takes note of one inspection. */
  static void add(StageTimings timings) {
    TIMINGS.add(timings);
  }

  @Override
  public String getDescription() {
    return "Median time of each stage of an inspection";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    TIMINGS.clear();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    if (TIMINGS.isEmpty()) {
      return List.of();
    }
    return List.of(
        median("preprocess", StageTimings::preprocess),
        median("extractor", StageTimings::extractor),
        median("flow", StageTimings::flow),
        median("segmentation", StageTimings::segmentation));
  }

  private static ScalarResult median(String stage, ToDoubleFunction<StageTimings> time) {
    double[] sorted = TIMINGS.stream().mapToDouble(time).sorted().toArray();
    return new ScalarResult(
        "stage." + stage, sorted[sorted.length / 2], "ms", AggregationPolicy.AVG);
  }
}
