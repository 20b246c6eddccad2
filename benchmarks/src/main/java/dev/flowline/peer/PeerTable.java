package dev.flowline.peer;

import dev.flowline.benchmarks.Readme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** The results of {@link PeerBenchmark} as Markdown. */
public final class PeerTable {
  private static final List<String> PARTS =
      List.of("extractor", "flow", "both", TrainingComparison.PART);

  private PeerTable() {}

  /**
   * Returns the tables of files, one after the other.
   *
   * @throws IOException naming the file, if it cannot be read
   */
  public static String of(List<Path> files) throws IOException {
    StringJoiner tables = new StringJoiner("\n");
    for (Path file : files) {
      tables.add(of(PeerRun.read(file)));
    }
    return tables.toString();
  }

  static String of(PeerRun run) {
    StringBuilder out = new StringBuilder();
    String machine = run.machine() + ", " + run.date().replaceFirst("T.*", "");
    if (!run.settings().isEmpty()) {
      machine += ", with " + run.settings().toString().replaceAll("[{}]", "");
    }
    out.append(Readme.wrapped(machine + ":")).append("\n\n");
    out.append(
        """
        | network | threads | part | clock | eager PyTorch, ms | Flowline's engine | ms | times as fast | 95 % interval | rounds | load |
        | --- | ---: | --- | --- | ---: | --- | ---: | ---: | --- | ---: | --- |
        """);
    for (Comparison comparison : run.comparisons()) {
      for (String part : PARTS) {
        comparison.series().stream()
            .filter(s -> s.part().equals(part) && !s.program().equals(EagerProgram.NAME))
            .forEach(s -> row(out, comparison, s));
      }
    }
    return out.toString();
  }

  private static void row(StringBuilder out, Comparison comparison, Series ours) {
    Series peer = comparison.peer(ours.part());
    PairedRatio ratio = PairedRatio.of(peer.millis(), ours.millis());
    StringJoiner cells = new StringJoiner(" | ", "| ", " |\n");
    cells.add(comparison.backbone() + " at " + comparison.size());
    cells.add("" + comparison.threads());
    cells.add(ours.part().equals("both") ? "extractor + flow" : ours.part());
    cells.add(comparison.clock().name().toLowerCase(Locale.ROOT));
    cells.add(number("%.1f", PairedRatio.median(peer.millis())));
    cells.add(ours.program().replaceFirst(".*, ", ""));
    cells.add(number("%.1f", PairedRatio.median(ours.millis())));
    cells.add("**" + number("%.2f", ratio.median()) + "**");
    cells.add(number("%.2f", ratio.low()) + " to " + number("%.2f", ratio.high()));
    cells.add("" + ours.millis().size());
    cells.add(
        number("%.1f", comparison.loadBefore()) + " to " + number("%.1f", comparison.loadAfter()));
    out.append(cells);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
