package dev.flowline.tune;

import dev.flowline.bench.Bench;
import dev.flowline.bench.BenchRow;
import dev.flowline.bench.BenchRows;
import dev.flowline.bench.BenchSetting;
import dev.flowline.bench.Deadline;
import dev.flowline.bench.MachineNoise;
import dev.flowline.bench.MadeModel;
import dev.flowline.bench.Percentiles;
import dev.flowline.bench.TimedStage;
import dev.flowline.engine.EngineKind;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import dev.flowline.tune.CandidateLatency.SettingTime;
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
record LatencyStudy(List<Image> images, List<EngineKind> engines, List<Integer> threads, int batch)
    implements LatencyPhase.Measurement {
  private static final int ROUNDS = 2;
  private static final double SECONDS = 0.4;
  private static final int LONG_ROUNDS = 4;
  private static final double LONG_SECONDS = 3;
  private static final int INSPECTIONS_OF_P99 = 120;

  /** The fewest inspections whose longest may stand for p99. */
  private static final int FEWEST_OF_P99 = 20;

  /** Ways whose medians differ by less than this may change places in p99. */
  private static final double ABOUT_AS_FAST = 1.15;

  private static final int LONGER_MEASURED = 2;

  /**
   * Measures a candidate. Once a deadline is over it ends with what it has: of 20 inspections and
   * more their longest stands for p99 until there are 100.
   *
   * @param taktMillis that it may take
   */
  @Override
  public CandidateLatency of(Candidate candidate, double taktMillis, Deadline end)
      throws IOException {
    try (AnomalyModel model = MadeModel.of(candidate.config())) {
      List<BenchSetting> possible = settings(model);
      if (possible.isEmpty()) {
        return CandidateLatency.failed(
            Bench.whyNot(engines.get(0), model).orElse("no engine computes it"));
      }
      Bench.Measured brief =
          Bench.run(model, images, new BenchRows(possible, ROUNDS, SECONDS, 0), begun -> {}, end);
      List<SettingTime> times = brief.rows().stream().map(LatencyStudy::time).toList();
      List<BenchRow> byMedian =
          brief.rows().stream()
              .filter(row -> total(row) != null)
              .sorted(Comparator.comparingDouble(row -> total(row).p50()))
              .toList();
      if (byMedian.isEmpty()) {
        return CandidateLatency.cutShort(times, brief.noise().isTooBusy());
      }
      double median = total(byMedian.get(0)).p50();
      boolean far = median > CandidateLatency.FAR * taktMillis;
      if (far || !brief.whole()) {
        return latency(times, byMedian.get(0), null, brief.noise(), !brief.whole());
      }
      List<BenchSetting> fast =
          byMedian.stream()
              .filter(row -> total(row).p50() <= ABOUT_AS_FAST * median)
              .limit(LONGER_MEASURED)
              .map(BenchRow::setting)
              .toList();
      Bench.Measured measured =
          Bench.run(
              model,
              images,
              new BenchRows(fast, LONG_ROUNDS, LONG_SECONDS, INSPECTIONS_OF_P99),
              begun -> {},
              end);
      Optional<BenchRow> best =
          measured.rows().stream()
              .filter(row -> p99(row) != null)
              .min(Comparator.comparingDouble(LatencyStudy::p99));
      return best.isPresent()
          ? latency(
              times, best.get(), p99(best.get()), measured.noise(), total(best.get()).p99() == null)
          : latency(times, byMedian.get(0), null, measured.noise(), true);
    }
  }

  /** Returns p99 of a row, or the longest of fewer inspections; null of too few for either. */
  private static Double p99(BenchRow row) {
    Percentiles total = total(row);
    if (total.p99() != null) {
      return total.p99();
    }
    return total.n() < FEWEST_OF_P99 ? null : (Double) total.max();
  }

  private static CandidateLatency latency(
      List<SettingTime> times, BenchRow best, Double p99, MachineNoise noise, boolean cutShort) {
    Percentiles total = total(best);
    return new CandidateLatency(
        times,
        best.setting(),
        total.p50(),
        p99 == null ? null : total.p95(),
        p99,
        total.n(),
        noise.isTooBusy(),
        cutShort,
        null);
  }

  private static Percentiles total(BenchRow row) {
    return row.stages().get(TimedStage.TOTAL);
  }

  private static SettingTime time(BenchRow row) {
    Percentiles total = total(row);
    return new SettingTime(
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
