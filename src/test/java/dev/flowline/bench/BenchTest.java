package dev.flowline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.engine.EngineKind;
import dev.flowline.extractor.Backbone;
import dev.flowline.io.Image;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.runtime.NativeRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A real measurement of a tiny model: what is counted, never how fast it is. */
class BenchTest {
  private static final int SIDE = 64;

  @Test
  void countsWhatTheRowsInspect() throws IOException {
    BenchPlan plan = new BenchPlan(List.of(EngineKind.values()), 2, 2, 4, 3, 0.3);
    List<Image> images = List.of(TinyLine.good(1, 80, 70), TinyLine.good(2, 64, 64));
    int threads = NativeRuntime.threads();
    Bench.Measured measured;
    try (AnomalyModel model = MadeModel.of(Backbone.PATCH_PCA, SIDE)) {
      measured = Bench.run(model, images, plan, begins -> {});
    }
    assertEquals(threads, NativeRuntime.threads());
    assertEquals(plan.settings(), measured.rows().stream().map(BenchRow::setting).toList());
    assertEquals(8, measured.rows().size());
    assertEquals(4, measured.noise().checks());
    assertTrue(measured.whole());
    for (BenchRow row : measured.rows()) {
      assertRow(row, plan.rounds());
    }
    assertNull(measured.rows().get(0).relativeRate());
    assertTrue(measured.rows().get(1).relativeRate().ratio() > 0);
  }

  /**
   * What was measured until a deadline is the result; without it these rows take a quarter of an
   * hour.
   */
  @Test
  void aDeadlineEndsTheRowsWithWhatTheyHave() throws IOException {
    BenchRows rows =
        new BenchRows(
            List.of(
                new BenchSetting(EngineKind.LIBTORCH, 1, 1, 1),
                new BenchSetting(EngineKind.LIBTORCH, 1, 2, 1)),
            4,
            400,
            0);
    List<Image> images = List.of(TinyLine.good(1, 80, 70));
    Bench.Measured measured;
    Bench.Measured nothing;
    try (AnomalyModel model = MadeModel.of(Backbone.PATCH_PCA, SIDE)) {
      measured = Bench.run(model, images, rows, begins -> {}, Deadline.in(10));
      nothing = Bench.run(model, images, rows, begins -> {}, Deadline.in(0));
    }
    assertFalse(measured.whole());
    BenchRow first = measured.rows().get(0);
    assertEquals(1, measured.rows().size(), "the deadline came in the first row's first round");
    assertRow(first, 1);
    assertTrue(first.stages().get(TimedStage.TOTAL).n() > 0, first.toString());
    assertEquals(List.of(), nothing.rows());
    assertFalse(nothing.whole());
  }

  private static void assertRow(BenchRow row, int rounds) {
    assertEquals(rounds, row.rounds().size());
    int images = row.rounds().stream().mapToInt(BenchRound::images).sum();
    double seconds = row.rounds().stream().mapToDouble(BenchRound::seconds).sum();
    assertEquals(images / seconds, row.imagesPerSecond(), 1e-9 * row.imagesPerSecond());
    assertTrue(row.cpuMillisPerImage() >= 0); // in ticks
    if (row.setting().batch() > 1) {
      assertEquals(Set.of(), row.stages().keySet());
      assertTrue(images % row.setting().batch() == 0, row.toString());
      return;
    }
    boolean apart = row.setting().engine() == EngineKind.LIBTORCH;
    assertEquals(
        apart
            ? Set.of(TimedStage.values())
            : Set.of(
                TimedStage.PREPROCESS,
                TimedStage.NETWORK,
                TimedStage.SEGMENTATION,
                TimedStage.TOTAL),
        row.stages().keySet());
    row.stages().values().forEach(stage -> assertEquals(images, stage.n()));
    double longest = row.stages().get(TimedStage.TOTAL).max();
    double part =
        row.stages().get(TimedStage.NETWORK).p50() + row.stages().get(TimedStage.PREPROCESS).p50();
    assertTrue(part < longest, row.toString());
  }

  @Test
  void aMadeModelIsTheSameEachTimeAndInspects() throws IOException {
    Image image = TinyLine.good(3, SIDE, SIDE);
    double first = log10Nfa(image);
    assertTrue(Double.isFinite(first));
    assertEquals(first, log10Nfa(image));
  }

  private static double log10Nfa(Image image) {
    try (AnomalyModel model = MadeModel.of(Backbone.PATCH_PCA, SIDE);
        Inspector inspector = new Inspector(model, model.config().segmentation())) {
      return inspector.inspect(image).log10Nfa();
    }
  }

  @Test
  void aPlanHasNoSettingTwice() {
    BenchPlan one = new BenchPlan(List.of(EngineKind.LIBTORCH), 1, 1, 1, 2, 1);
    assertEquals(List.of(new BenchSetting(EngineKind.LIBTORCH, 1, 1, 1)), one.settings());
    assertEquals(2, one.freshSettings(2).size());
    assertTrue(one.freshSettings(0).isEmpty());
  }

  @Test
  void aPlanRefusesWhatCannotBeMeasured() {
    List<EngineKind> engines = List.of(EngineKind.LIBTORCH);
    assertRefused("rounds", () -> new BenchPlan(engines, 1, 1, 1, 1, 1));
    assertRefused("seconds", () -> new BenchPlan(engines, 1, 1, 1, 2, 0));
    assertRefused("seconds", () -> new BenchPlan(engines, 1, 1, 1, 2, Double.NaN));
    assertRefused("workers", () -> new BenchPlan(engines, 1, 0, 1, 2, 1));
    assertRefused("engines", () -> new BenchPlan(List.of(), 1, 1, 1, 2, 1));
    assertRefused("batch", () -> new BenchSetting(EngineKind.LIBTORCH, 1, 2, 2));
  }

  private static void assertRefused(
      String argument, org.junit.jupiter.api.function.Executable made) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.startsWith(argument), message);
  }

  /** Shares of CPU time are between 0 and 1; a check that gets half is too busy. */
  @Test
  void noiseIsWhatTheChecksGot() {
    NoiseMeter meter = new NoiseMeter(1);
    meter.check();
    MachineNoise own = meter.noise();
    assertTrue(own.cpuShare() > 0 && own.cpuShare() <= 1, own.toString());
    MachineNoise busy =
        MachineNoise.of(
            List.of(new MachineNoise.NoiseCheck(1, 10), new MachineNoise.NoiseCheck(0.5, 8)));
    assertEquals(new MachineNoise(2, 0.75, 0.5, 0.2), roundedSpread(busy));
    assertTrue(busy.isTooBusy());
    assertFalse(MachineNoise.of(List.of(new MachineNoise.NoiseCheck(0.97, 1))).isTooBusy());
  }

  private static MachineNoise roundedSpread(MachineNoise noise) {
    double spread = Math.round(noise.speedSpread() * 1e9) / 1e9;
    return new MachineNoise(noise.checks(), noise.cpuShare(), noise.worstCpuShare(), spread);
  }
}
