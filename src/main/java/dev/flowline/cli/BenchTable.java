package dev.flowline.cli;

import dev.flowline.bench.BenchResult;
import dev.flowline.bench.BenchRow;
import dev.flowline.bench.BenchSetting;
import dev.flowline.bench.FreshStart;
import dev.flowline.bench.Percentiles;
import dev.flowline.bench.RatioInterval;
import dev.flowline.bench.TimedStage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The tables of a measurement as text. */
final class BenchTable {
  private static final String STAGES = "%-36s %-14s %6s %9s %9s %9s %9s %9s%n";
  private static final String RATES = "%-36s %9s %13s  %s%n";
  private static final String STARTS = "%-36s %14s %12s %9s %7s %12s%n";

  private final StringBuilder text = new StringBuilder();

  private BenchTable() {}

  static String of(BenchResult result) {
    BenchTable table = new BenchTable();
    table.facts(result);
    table.stages(result.rows());
    table.rates(result.rows());
    if (!result.starts().isEmpty()) {
      table.starts(result.starts());
    }
    result.notThere().forEach(why -> table.line("not there: %s%n", why));
    return table.text.toString();
  }

  private void line(String form, Object... values) {
    text.append(String.format(Locale.ROOT, form, values));
  }

  private void facts(BenchResult result) {
    line("model    %s%n", result.model().inWords());
    line("images   %s%n", result.images().inWords());
    line("machine  %s; %s%n", result.machine().inWords(), result.java());
    line("noise    %s%s%n", result.noise().inWords(), result.tooBusy() ? ": too busy" : "");
  }

  private void stages(List<BenchRow> rows) {
    line("%n" + STAGES, "milliseconds", "", "n", "p50", "p95", "p99", "p99.9", "max");
    for (BenchRow row : rows) {
      String name = row.setting().inWords();
      for (Map.Entry<TimedStage, Percentiles> stage : row.stages().entrySet()) {
        boolean part = stage.getKey() == TimedStage.EXTRACTOR || stage.getKey() == TimedStage.FLOW;
        Percentiles known = stage.getValue();
        line(
            STAGES,
            name,
            (part ? "  " : "") + stage.getKey(),
            known.n(),
            millis(known.p50()),
            millis(known.p95()),
            millis(known.p99()),
            millis(known.p999()),
            millis(known.max()));
        name = "";
      }
    }
  }

  private void rates(List<BenchRow> rows) {
    line("%n" + RATES, "", "images/s", "CPU ms/image", "relative to the first row (95 %)");
    for (BenchRow row : rows) {
      RatioInterval relative = row.relativeRate();
      line(
          RATES,
          row.setting().inWords(),
          String.format(Locale.ROOT, "%.2f", row.imagesPerSecond()),
          millis(row.cpuMillisPerImage()),
          relative == null
              ? "1"
              : String.format(
                  Locale.ROOT,
                  "%.2f (%.2f to %.2f)",
                  relative.ratio(),
                  relative.low(),
                  relative.high()));
    }
  }

  private void starts(List<FreshStart> starts) {
    line(
        "%n" + STARTS,
        "fresh process, medians",
        "first verdict",
        "first image",
        "later",
        "ratio",
        "peak memory");
    Map<BenchSetting, List<FreshStart>> bySetting = new LinkedHashMap<>();
    starts.forEach(
        start -> bySetting.computeIfAbsent(start.setting(), s -> new ArrayList<>()).add(start));
    bySetting.forEach(
        (setting, all) -> {
          List<FreshStart> alone =
              bySetting.get(new BenchSetting(setting.engine(), setting.threads(), 1, 1));
          double peak = median(all, FreshStart::peakMib);
          double first = median(all, FreshStart::firstMillis);
          double later = median(all, FreshStart::laterMillis);
          line(
              STARTS,
              setting.inWords(),
              String.format(
                  Locale.ROOT, "%.2f s", median(all, FreshStart::toFirstVerdictMillis) / 1000),
              millis(first) + " ms",
              millis(later) + " ms",
              String.format(Locale.ROOT, "%.1f", first / later),
              String.format(Locale.ROOT, "%.0f MiB", peak));
          if (setting.workers() > 1 && alone != null) {
            line(
                "%-36s %+.0f MiB per further worker%n",
                "", (peak - median(alone, FreshStart::peakMib)) / (setting.workers() - 1));
          }
        });
  }

  private static double median(List<FreshStart> starts, ToDoubleFunction<FreshStart> value) {
    double[] sorted = starts.stream().mapToDouble(value).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** Returns milliseconds; a dash for null. */
  private static String millis(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
  }
}
