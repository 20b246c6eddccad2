package dev.flowline.benchmarks;

import dev.flowline.nn.MachineBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Measured figures as Markdown. */
final class ResultTable {
  private final List<BenchmarkRow> figures = BenchmarkRow.all();
  private final List<Measured> measured;
  private double copied; // GB/s of one thread, bytes read and written; 0 where not measured
  private final Map<Integer, Double> peak = new TreeMap<>(); // multiply-accumulates/ms by threads

  private ResultTable(List<Measured> measured) {
    this.measured = measured;
    for (Measured result : measured) {
      if (BenchmarkRow.isCopy(result.benchmark()) && result.threads() == 1) {
        copied = 2 * MachineBenchmark.COPIED_BYTES / (result.median() * 1e6);
      }
      if (BenchmarkRow.isPeak(result.benchmark())) {
        figure(result)
            .ifPresent(f -> peak.merge(result.threads(), f.macs() / result.median(), Math::max));
      }
    }
  }

  /**
   * @param files of JMH's JSON; of a benchmark that is in several, the last counts
   * @throws IOException naming the file, if it cannot be read
   */
  static ResultTable of(List<Path> files) throws IOException {
    Map<List<?>, Measured> latest = new LinkedHashMap<>();
    for (Path file : files) {
      for (Measured m : Measured.read(file)) {
        latest.put(List.of(m.benchmark(), m.params(), m.threads()), m);
      }
    }
    return new ResultTable(List.copyOf(latest.values()));
  }

  String markdown() {
    StringBuilder out = new StringBuilder();
    row(out, "what", "threads", "Flowline, ms", "p99", "GMAC/s", "of peak", "n");
    row(out, "---", "---:", "---:", "---:", "---:", "---:", "---:");
    for (BenchmarkRow figure : figures) {
      if (figure.work() != null) {
        continue;
      }
      results(figure).forEach(m -> row(out, figure, m));
    }
    parts(out);
    stages(out);
    return out.toString();
  }

  private void row(StringBuilder out, BenchmarkRow figure, Measured m) {
    double rate = figure.macs() / m.median(); // multiply-accumulates/ms
    boolean known = figure.macs() > 0 && peak.containsKey(m.threads());
    row(
        out,
        figure.label(),
        "" + m.threads(),
        number(m.median()),
        m.p99() == null ? "" : number(m.p99()),
        figure.macs() > 0 ? number(rate / 1e6) : "",
        known ? Math.round(100 * rate / peak.get(m.threads())) + " %" : "",
        "" + m.count());
  }

  /** What of libflowline is measured by itself, in nanoseconds. */
  private void parts(StringBuilder out) {
    if (figures.stream().noneMatch(f -> f.work() != null && !results(f).isEmpty())) {
      return;
    }
    out.append('\n');
    row(out, "parts of libflowline, one thread", "ns", "ns/position", "GB/s", "of copy", "n");
    row(out, "---", "---:", "---:", "---:", "---:", "---:");
    for (BenchmarkRow figure : figures) {
      if (figure.work() != null) {
        results(figure).forEach(m -> part(out, figure, m));
      }
    }
  }

  private void part(StringBuilder out, BenchmarkRow figure, Measured m) {
    double nanos = m.median() * 1e6;
    BenchmarkRow.Work work = figure.work();
    double bytesByNano = work.bytes() / nanos; // = GB/s
    row(
        out,
        figure.label(),
        number(nanos),
        work.positions() == 0 ? "" : number(nanos / work.positions()),
        work.bytes() == 0 ? "" : number(bytesByNano),
        work.bytes() == 0 || copied == 0 ? "" : Math.round(100 * bytesByNano / copied) + " %",
        "" + m.count());
  }

  private void stages(StringBuilder out) {
    List<Measured> staged = measured.stream().filter(m -> !m.stages().isEmpty()).toList();
    if (staged.isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(staged.get(0).stages().keySet());
    List<String> head = new ArrayList<>(List.of("stages of an inspection, ms", "threads"));
    head.addAll(names);
    out.append('\n');
    row(out, head.toArray(String[]::new));
    row(out, head.stream().map(h -> h.equals(head.get(0)) ? "---" : "---:").toArray(String[]::new));
    for (BenchmarkRow figure : figures) {
      for (Measured m : results(figure)) {
        if (!m.stages().isEmpty()) {
          List<String> cells = new ArrayList<>(List.of(figure.label(), "" + m.threads()));
          names.forEach(name -> cells.add(number(m.stages().get(name))));
          row(out, cells.toArray(String[]::new));
        }
      }
    }
  }

  private List<Measured> results(BenchmarkRow figure) {
    return measured.stream()
        .filter(figure::matches)
        .sorted(Comparator.comparingInt(Measured::threads))
        .toList();
  }

  private Optional<BenchmarkRow> figure(Measured result) {
    return figures.stream().filter(f -> f.matches(result)).findFirst();
  }

  private static void row(StringBuilder out, String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** Three significant digits. */
  private static String number(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
