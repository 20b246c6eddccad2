package dev.flowline.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.engine.EngineKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Answers of bench that nobody measured: rounds of a time with 1 % of scatter. */
final class MadeResult {
  static final Machine MACHINE = new Machine("Processor", List.of("avx2"), 2, 8, "System");
  static final BenchSetting ONE = new BenchSetting(EngineKind.LIBTORCH, 1, 1, 1);
  static final BenchSetting WORKERS = new BenchSetting(EngineKind.LIBTORCH, 1, 2, 1);

  private static final double SCATTER = 0.01;

  private MadeResult() {}

  /**
   * Returns an answer with a row of one thread and a row of workers.
   *
   * @param minute at which it ended
   * @param millis per image
   */
  static BenchResult of(long seed, int minute, double millis) {
    Random random = new Random(seed);
    return new BenchResult(
        BenchResult.FORMAT,
        String.format(Locale.ROOT, "2026-11-30T12:%02d:00Z", minute),
        "1",
        "JVM",
        MACHINE,
        new MeasuredModel("u-flow", "resnet18", 64, 64, "steps=4", "ab12"),
        new MeasuredImages("patterns", 3, 0.1),
        List.of(row(ONE, millis, random), row(WORKERS, millis / 2, random)),
        List.of(),
        new MachineNoise(3, 0.99, 0.98, 0.01),
        false,
        List.of());
  }

  private static BenchRow row(BenchSetting setting, double millis, Random random) {
    List<BenchRound> rounds = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      double round = millis * Math.exp(SCATTER * random.nextGaussian());
      rounds.add(new BenchRound(20, 20 * round / 1000, null, Map.of(TimedStage.TOTAL, round)));
    }
    Percentiles total = new Percentiles(200, millis, millis, millis, null, millis);
    return new BenchRow(
        setting, Map.of(TimedStage.TOTAL, total), 1000 / millis, null, null, rounds);
  }

  static BenchResult with(
      BenchResult result, Machine machine, MeasuredModel model, MachineNoise noise) {
    return new BenchResult(
        result.format(),
        result.time(),
        result.flowline(),
        result.java(),
        machine,
        model,
        result.images(),
        result.rows(),
        result.starts(),
        noise,
        noise.isTooBusy(),
        result.notThere());
  }

  /** Appends an answer to a file, as a shell does. */
  static Path append(Path file, BenchResult result) throws IOException {
    String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result);
    return Files.writeString(
        file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
