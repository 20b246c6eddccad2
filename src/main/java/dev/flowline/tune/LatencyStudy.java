package dev.flowline.tune;

import dev.flowline.bench.Bench;
import dev.flowline.bench.BenchRow;
import dev.flowline.bench.BenchRows;
import dev.flowline.bench.BenchSetting;
import dev.flowline.bench.MadeModel;
import dev.flowline.bench.Percentiles;
import dev.flowline.bench.TimedStage;
import dev.flowline.engine.EngineKind;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The measurement of how fast candidates inspect. The time of an inspection does not depend on what
 * a model has learned, but for its last stage, so that it is measured before any training: briefly
 * in each way, and then long enough for p99 in the fastest ones.
 *
 * @param images at least one; decoded before
 * @param engines at least one
 * @param threads numbers of threads, at least one
 * @param batch images that are encoded together in one more row; 1 for none
 */
record LatencyStudy(
    List<Image> images, List<EngineKind> engines, List<Integer> threads, int batch) {
  private static final int ROUNDS = 2;
  private static final double SECONDS = 0.4;
  private static final int LONG_ROUNDS = 4;
  private static final double LONG_SECONDS = 3;
  private static final int INSPECTIONS_OF_P99 = 120;

  /** Ways whose medians differ by less than this may change places in p99. */
  private static final double ABOUT_AS_FAST = 1.15;

  private static final int LONGER_MEASURED = 2;

  /**
   * Measures a candidate.
   *
   * @param taktMillis that it may take
   */
  CandidateLatency of(Candidate candidate, double taktMillis) throws IOException {
    try (AnomalyModel model = MadeModel.of(candidate.config())) {
      List<BenchSetting> possible = settings(model);
      if (possible.isEmpty()) {
        return CandidateLatency.failed(
            Bench.whyNot(engines.get(0), model).orElse("no engine computes it"));
      }
      Bench.Measured brief =
          Bench.run(model, images, new BenchRows(possible, ROUNDS, SECONDS, 0), begun -> {});
      List<CandidateLatency.SettingTime> times =
          brief.rows().stream().map(LatencyStudy::time).toList();
      List<CandidateLatency.SettingTime> byMedian =
          times.stream()
              .filter(time -> time.p50Millis() != null)
              .sorted(Comparator.comparingDouble(CandidateLatency.SettingTime::p50Millis))
              .toList();
      double median = byMedian.get(0).p50Millis();
      if (median > CandidateLatency.FAR * taktMillis) {
        return new CandidateLatency(
            times,
            byMedian.get(0).setting(),
            median,
            null,
            null,
            0,
            brief.noise().isTooBusy(),
            null);
      }
      List<BenchSetting> fast =
          byMedian.stream()
              .filter(time -> time.p50Millis() <= ABOUT_AS_FAST * median)
              .limit(LONGER_MEASURED)
              .map(CandidateLatency.SettingTime::setting)
              .toList();
      return fastest(
          times,
          Bench.run(
              model,
              images,
              new BenchRows(fast, LONG_ROUNDS, LONG_SECONDS, INSPECTIONS_OF_P99),
              begun -> {}));
    }
  }

  private static CandidateLatency fastest(
      List<CandidateLatency.SettingTime> times, Bench.Measured measured) {
    BenchRow best =
        measured.rows().stream()
            .min(Comparator.comparingDouble(row -> total(row).p99()))
            .orElseThrow();
    Percentiles total = total(best);
    return new CandidateLatency(
        times,
        best.setting(),
        total.p50(),
        total.p95(),
        total.p99(),
        total.n(),
        measured.noise().isTooBusy(),
        null);
  }

  private static Percentiles total(BenchRow row) {
    return row.stages().get(TimedStage.TOTAL);
  }

  private static CandidateLatency.SettingTime time(BenchRow row) {
    Percentiles total = total(row);
    return new CandidateLatency.SettingTime(
        row.setting(), total == null ? null : total.p50(), row.imagesPerSecond());
  }

  /** Returns the ways in which a model can inspect here. */
  private List<BenchSetting> settings(AnomalyModel model) {
    List<BenchSetting> settings = new ArrayList<>();
    int most = threads.stream().mapToInt(Integer::intValue).max().orElseThrow();
    for (EngineKind engine : engines) {
      Optional<String> whyNot = Bench.whyNot(engine, model);
      if (whyNot.isEmpty()) {
        threads.forEach(number -> settings.add(new BenchSetting(engine, number, 1, 1)));
        if (batch > 1) {
          settings.add(new BenchSetting(engine, most, 1, batch));
        }
      }
    }
    return settings;
  }
}
