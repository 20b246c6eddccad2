package dev.flowline.bench;

import dev.flowline.engine.EngineKind;
import dev.flowline.internal.Processors;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import dev.flowline.runtime.NativeRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The measurement of a model in this process. After a warm-up all rows are visited round by round,
 * every other round in reversed order, so that what slows the machine for a while slows all rows.
 */
public final class Bench {
  private static final long WARM_UP_NANOS = 1_000_000_000;
  private static final int LEAST_WARM_UPS = 3;

  private final BenchRows plan;
  private final Consumer<String> begins;
  private final Deadline end;
  private final NoiseMeter noise = new NoiseMeter(Processors.available());
  private final List<Visited> rows = new ArrayList<>();

  /**
   * The result of a measurement.
   *
   * @param rows in the order of the plan; a row of which nothing was measured is left out
   * @param noise beside the rounds
   * @param whole whether all rounds of all rows came to their end before the deadline
   */
  public record Measured(List<BenchRow> rows, MachineNoise noise, boolean whole) {}

  /** A row while it is measured. */
  private static final class Visited {
    final BenchSetting setting;
    final Workload workload;
    final StageTimes all;
    final StageTimes ofRound;
    final List<BenchRound> rounds = new ArrayList<>();
    int images; // per round

    Visited(BenchSetting setting, Workload workload) {
      this.setting = setting;
      this.workload = workload;
      all = new StageTimes(setting.engine());
      ofRound = new StageTimes(setting.engine());
    }
  }

  private Bench(BenchRows plan, Consumer<String> begins, Deadline end) {
    this.plan = plan;
    this.begins = begins;
    this.end = end;
  }

  /** Returns why an engine cannot compute a model; empty if it can. */
  public static Optional<String> whyNot(EngineKind engine, AnomalyModel model) {
    return OpenedEngines.whyNot(engine, model);
  }

  /** Returns why images of a model cannot be inspected in batches; empty if they can. */
  public static Optional<String> whyNoBatch(AnomalyModel model) {
    return model.folds().isEmpty()
        ? Optional.empty()
        : Optional.of("the models of its folds judge one image at a time");
  }

  /**
   * Measures a model. The number of threads of native code is afterwards what it was.
   *
   * @param model on the CPU; stays the caller's
   * @param images at least one
   * @param plan of engines that are there
   * @param begins receives what begins, in words
   * @throws IOException if an engine is not there
   */
  public static Measured run(
      AnomalyModel model, List<Image> images, BenchPlan plan, Consumer<String> begins)
      throws IOException {
    return run(model, images, plan.rows(), begins, Deadline.NEVER);
  }

  /**
   * Measures rows of a model until a deadline; otherwise as the other one.
   *
   * @param plan of engines that are there
   * @param end once it is over no further inspection is begun, and what was measured is the result
   */
  public static Measured run(
      AnomalyModel model, List<Image> images, BenchRows plan, Consumer<String> begins, Deadline end)
      throws IOException {
    int before = NativeRuntime.threads();
    Bench bench = new Bench(plan, begins, end);
    try (OpenedEngines engines = new OpenedEngines(model)) {
      try {
        bench.open(engines, images);
        bench.visitAll();
        return bench.measured();
      } finally {
        bench.rows.forEach(row -> row.workload.close());
      }
    } finally {
      NativeRuntime.setThreads(before);
    }
  }

  /** Opens and warms up each row, and finds out how many images fit into a round. */
  private void open(OpenedEngines engines, List<Image> images) throws IOException {
    for (BenchSetting setting : plan.settings()) {
      if (end.isOver()) {
        return;
      }
      begins.accept("warming up " + setting.inWords());
      Visited row = new Visited(setting, engines.workload(setting, images));
      rows.add(row);
      double rate = warmUp(row);
      row.images = plan.imagesPerVisit(rate, row.workload.leastImages());
    }
  }

  /** Returns images per second of the last run of the warm-up. */
  private double warmUp(Visited row) {
    long start = System.nanoTime();
    double rate = 0;
    for (int run = 0;
        !end.isOver() && (run < LEAST_WARM_UPS || System.nanoTime() - start < WARM_UP_NANOS);
        run++) {
      rate = visit(row, row.workload.leastImages()).map(BenchRound::rate).orElse(rate);
      row.ofRound.clear();
    }
    return rate;
  }

  private void visitAll() {
    noise.check();
    if (noise.noise().isTooBusy()) {
      begins.accept("note: the machine is busy: " + noise.noise().inWords());
    }
    for (int round = 0; round < plan.rounds(); round++) {
      begins.accept("round %s of %s".formatted(round + 1, plan.rounds()));
      for (int i = 0; i < rows.size(); i++) {
        Visited row = rows.get(round % 2 == 0 ? i : rows.size() - 1 - i);
        visit(row, row.images).ifPresent(row.rounds::add);
        row.all.add(row.ofRound);
        row.ofRound.clear();
      }
      noise.check();
    }
  }

  /** Visits a row; returns what it did, unless the deadline has let it do nothing. */
  private Optional<BenchRound> visit(Visited row, int images) {
    NativeRuntime.setThreads(row.setting.threads());
    Double cpu = cpuSeconds();
    long start = System.nanoTime();
    int done = row.workload.run(images, row.ofRound, end);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (done == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new BenchRound(
            done,
            seconds,
            cpu == null ? null : (Double) (cpuSeconds() - cpu),
            row.ofRound.medians()));
  }

  /** Returns the CPU time of this process until now; null if the system does not say it. */
  private static Double cpuSeconds() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean own) {
      long nanos = own.getProcessCpuTime();
      return nanos < 0 ? null : (Double) (nanos / 1e9);
    }
    return null;
  }

  private Measured measured() {
    List<BenchRow> measured = new ArrayList<>();
    for (Visited row : rows) {
      if (!row.rounds.isEmpty()) {
        List<BenchRound> first = measured.isEmpty() ? null : measured.get(0).rounds();
        measured.add(BenchRow.of(row.setting, row.all, row.rounds, first));
      }
    }
    return new Measured(measured, noise.noise(), isWhole());
  }

  private boolean isWhole() {
    return rows.size() == plan.settings().size()
        && rows.stream()
            .allMatch(
                row ->
                    row.rounds.stream().mapToLong(BenchRound::images).sum()
                        == (long) row.images * plan.rounds());
  }
}
