package dev.flowline.cli;

import dev.flowline.bench.Bench;
import dev.flowline.bench.BenchComparison;
import dev.flowline.bench.BenchFile;
import dev.flowline.bench.BenchPlan;
import dev.flowline.bench.BenchResult;
import dev.flowline.bench.BenchSetting;
import dev.flowline.bench.FreshProcess;
import dev.flowline.bench.FreshStart;
import dev.flowline.bench.Machine;
import dev.flowline.bench.MachineNoise;
import dev.flowline.bench.MadeModel;
import dev.flowline.bench.MeasuredImages;
import dev.flowline.bench.MeasuredModel;
import dev.flowline.engine.EngineKind;
import dev.flowline.export.GoldenPictures;
import dev.flowline.extractor.Backbone;
import dev.flowline.internal.Processors;
import dev.flowline.io.Image;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.runtime.FlowlineVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how fast a model inspects here, or compares two such measurements. */
@Command(
    name = "bench",
    description =
        "Measure how fast a model inspects on this machine, or compare two such measurements.",
    footer = {
      "",
      "Rows are, for each engine, 1 thread and --threads threads on one image, --workers workers of"
          + " one thread each, and --batch images together. All rows are visited in each round.",
      "",
      "A percentile is left out if there are too few inspections for it: p95 needs 20, p99 100,"
          + " p99.9 1000. Images are decoded before.",
      "",
      "--compare reads what --json printed. A file may hold several runs, one after the other:"
          + " alternate the runs of two programs, and append each to its file."
    })
final class BenchCommand implements Callable<Integer> {
  private static final Backbone MADE = Backbone.RESNET18;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "Model file (default: one that bench makes of resnet18 with random weights, whose"
              + " verdicts mean nothing).")
  private Path model;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Folder whose images are inspected in turn; they are all held in memory (default:"
              + " patterns).")
  private Path pictures;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Seconds that each row is measured (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Rounds over which these seconds are spread, at least 2 (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private EnginesOption engines;

  @Option(
      names = "--workers",
      paramLabel = "N",
      converter = WholeNumber.AtLeastOne.class,
      description =
          "Workers of one thread each that inspect at the same time (default: one per core).")
  private Integer workers;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      converter = WholeNumber.AtLeastOne.class,
      description = "Images that are encoded together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "3",
      converter = WholeNumber.AtLeastZero.class,
      description =
          "Fresh processes per engine that measure start-up and memory; 0 for none (default:"
              + " ${DEFAULT-VALUE}).")
  private int starts;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description =
          "Two files of measurements: report which differences are real, and measure nothing.")
  private List<Path> compared = List.of();

  @Mixin private ProgramOption program;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    return compared.isEmpty() ? measure() : compare();
  }

  private int compare() throws IOException {
    if (model != null || compared.size() != 2) {
      throw new IllegalArgumentException("--compare takes two files of measurements, and no MODEL");
    }
    BenchComparison comparison =
        BenchComparison.of(BenchFile.read(compared.get(0)), BenchFile.read(compared.get(1)));
    common.print(comparison, out -> out.print(BenchComparisonTable.of(comparison)));
    return Flowline.SUCCESS;
  }

  private int measure() throws IOException {
    BenchPlan plan =
        new BenchPlan(
            engines.list(),
            threads.number(),
            workers == null ? Processors.defaultThreads() : workers,
            batch,
            rounds,
            seconds);
    Optional<Path> image =
        pictures == null
            ? Optional.empty()
            : Optional.of(ImageFiles.list(List.of(pictures), null).images().get(0).file());
    threads.load();
    if (model != null) {
      return measure(plan, model, image);
    }
    Path folder = Files.createTempDirectory("flowline-bench");
    Path file = folder.resolve("made.flowline");
    try {
      common.begins("making a model with random weights");
      try (AnomalyModel made = MadeModel.of(MADE, MADE.inputSize())) {
        made.save(file);
      }
      return measure(plan, file, image);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private int measure(BenchPlan wanted, Path file, Optional<Path> image) throws IOException {
    try (AnomalyModel opened = reading.open(file, program)) {
      List<String> notThere = new ArrayList<>();
      BenchPlan plan = possible(wanted, opened, notThere);
      List<Image> images = List.copyOf(images(opened).values());
      Bench.Measured measured = Bench.run(opened, images, plan, common::begins);
      List<FreshStart> fresh = fresh(plan, file, image, notThere);
      BenchResult result =
          new BenchResult(
              BenchResult.FORMAT,
              Instant.now().toString(),
              FlowlineVersion.current(),
              System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
              Machine.read(),
              MeasuredModel.of(opened, model == null),
              MeasuredImages.of(pictures == null, images),
              measured.rows(),
              fresh,
              measured.noise(),
              measured.noise().isTooBusy(),
              notThere);
      common.print(result, out -> out.print(BenchTable.of(result)));
      warn(measured.noise());
      return Flowline.SUCCESS;
    }
  }

  /** Returns the plan without what the model or this installation cannot do. */
  private BenchPlan possible(BenchPlan wanted, AnomalyModel opened, List<String> notThere) {
    BenchPlan plan = wanted;
    for (EngineKind engine : wanted.engines()) {
      Optional<String> whyNot = Bench.whyNot(engine, opened);
      if (whyNot.isPresent()) {
        if (plan.engines().size() == 1) {
          throw new IllegalArgumentException(engine + ": " + whyNot.get());
        }
        plan = plan.without(engine);
        notThere.add(engine + ": " + whyNot.get());
      }
    }
    Optional<String> whyNoBatch = batch > 1 ? Bench.whyNoBatch(opened) : Optional.empty();
    whyNoBatch.ifPresent(why -> notThere.add("batch %s: %s".formatted(batch, why)));
    return whyNoBatch.isPresent() ? plan.oneImageAtATime() : plan;
  }

  private Map<String, Image> images(AnomalyModel opened) throws IOException {
    if (pictures != null) {
      common.begins("reading " + pictures);
      return GoldenPictures.all(pictures);
    }
    Preprocessing input = opened.config().preprocessing();
    return GoldenPictures.patterns(input.height(), input.width());
  }

  /** Starts the fresh processes; one that fails is noted, and the rows are not lost. */
  private List<FreshStart> fresh(
      BenchPlan plan, Path file, Optional<Path> image, List<String> notThere) {
    List<FreshStart> fresh = new ArrayList<>();
    for (BenchSetting setting : plan.freshSettings(starts)) {
      common.begins("starting a process: " + setting.inWords());
      FreshProcess process =
          new FreshProcess(
              file.toAbsolutePath().toString(),
              image.map(path -> path.toAbsolutePath().toString()).orElse(null),
              reading.bits(),
              program.allowed(),
              setting,
              0);
      try {
        fresh.add(process.start(BenchProbe.class.getName()));
      } catch (IOException e) {
        notThere.add("start of %s: %s".formatted(setting.inWords(), e.getMessage()));
      }
    }
    return fresh;
  }

  private void warn(MachineNoise noise) {
    if (noise.isTooBusy()) {
      common
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  "warning: the machine is too busy to measure: this process got %.0f %% of its"
                      + " processors, and needs %.0f %%",
                  100 * noise.cpuShare(),
                  100 * MachineNoise.LEAST_CPU_SHARE));
    }
  }
}
