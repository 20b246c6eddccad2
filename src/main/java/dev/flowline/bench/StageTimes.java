package dev.flowline.bench;

import dev.flowline.engine.EngineKind;
import dev.flowline.line.StageTimings;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The counted times of inspections, by stage. For one thread at a time. */
final class StageTimes {
  private static final int DIGITS = 3;

  private final boolean extractorApart;
  private final Map<TimedStage, Histogram> nanos = new EnumMap<>(TimedStage.class);

  /** Makes times of an engine, of no inspection yet. */
  StageTimes(EngineKind engine) {
    extractorApart = engine.reportsExtractor();
  }

  /**
   * Counts an inspection.
   *
   * @param millis of its stages, as it reports them
   * @param total in nanoseconds, by the caller's clock
   */
  void add(StageTimings millis, long total) {
    add(TimedStage.PREPROCESS, millis.preprocess());
    add(TimedStage.NETWORK, millis.extractor() + millis.flow());
    if (extractorApart) {
      add(TimedStage.EXTRACTOR, millis.extractor());
      add(TimedStage.FLOW, millis.flow());
    }
    add(TimedStage.SEGMENTATION, millis.segmentation());
    of(TimedStage.TOTAL).recordValue(total);
  }

  private void add(TimedStage stage, double millis) {
    of(stage).recordValue(Math.max(0, Math.round(millis * 1e6)));
  }

  private Histogram of(TimedStage stage) {
    return nanos.computeIfAbsent(stage, s -> new Histogram(DIGITS));
  }

  /** Counts all inspections of others too. */
  void add(StageTimes others) {
    others.nanos.forEach((stage, times) -> of(stage).add(times));
  }

  /** Forgets all inspections and keeps the memory. */
  void clear() {
    nanos.values().forEach(Histogram::reset);
  }

  /** Returns the percentiles of each stage that was counted, in their order. */
  Map<TimedStage, Percentiles> percentiles() {
    Map<TimedStage, Percentiles> percentiles = new EnumMap<>(TimedStage.class);
    nanos.forEach(
        (stage, times) -> {
          if (times.getTotalCount() > 0) {
            percentiles.put(stage, Percentiles.of(times));
          }
        });
    return percentiles;
  }

  /** Returns the median of each stage that was counted, in milliseconds. */
  Map<TimedStage, Double> medians() {
    Map<TimedStage, Double> medians = new EnumMap<>(TimedStage.class);
    percentiles().forEach((stage, known) -> medians.put(stage, known.p50()));
    return medians;
  }
}
