package dev.flowline.tune;

import dev.flowline.bench.BenchSetting;
import dev.flowline.engine.EngineKind;
import java.util.List;

/** Rows of a tuning that never was. */
final class MadeRows {
  private MadeRows() {}

  static TuneRow row(String label, double p99, double found, double auroc) {
    return row(label, latency(p99), trial(found, auroc), null);
  }

  static TuneRow row(String label, CandidateLatency latency, TuneTrial trial, String outside) {
    return new TuneRow(label, "u-flow", "patch-pca", "64 × 64", latency, trial, outside, false);
  }

  static TuneRow failed(String label) {
    TuneTrial trial =
        new TuneTrial(
            1, "too wild", Double.NaN, null, Double.NaN, null, Double.NaN, Double.NaN, 3, null);
    return row(label, latency(10), trial, null);
  }

  /** Returns the latency of a candidate that misses a takt by far. */
  static CandidateLatency far(double median) {
    BenchSetting one = new BenchSetting(EngineKind.LIBTORCH, 1, 1, 1);
    BenchSetting batch = new BenchSetting(EngineKind.LIBTORCH, 1, 1, 4);
    return new CandidateLatency(
        List.of(
            new CandidateLatency.SettingTime(one, median, 1000 / median),
            new CandidateLatency.SettingTime(batch, null, 4000 / median)),
        one,
        median,
        null,
        null,
        0,
        false,
        false,
        null);
  }

  static CandidateLatency latency(double p99) {
    BenchSetting setting = new BenchSetting(EngineKind.LIBTORCH, 2, 1, 1);
    return new CandidateLatency(
        List.of(new CandidateLatency.SettingTime(setting, p99 / 2, 2000 / p99)),
        setting,
        p99 / 2,
        p99 * 0.9,
        p99,
        120,
        false,
        false,
        null);
  }

  static TuneTrial trial(double found, double auroc) {
    return new TuneTrial(3, null, found, 10, 0.05, 20, 0.04, auroc, 7, "a/b c/report.html");
  }
}
