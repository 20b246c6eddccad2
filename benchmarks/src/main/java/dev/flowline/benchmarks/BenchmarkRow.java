package dev.flowline.benchmarks;

import dev.flowline.data.synthesis.AnomalyKind;
import dev.flowline.extractor.Backbone;
import dev.flowline.flow.CouplingBenchmark;
import dev.flowline.flow.CouplingBenchmark.Stage;
import dev.flowline.flow.FlowBenchmark.Features;
import dev.flowline.model.Cost;
import dev.flowline.model.ModelKind;
import dev.flowline.nn.MachineBenchmark;
import dev.flowline.segmentation.EnergyBenchmark.Latent;
import dev.flowline.segmentation.TreeBenchmark.Field;
import dev.flowline.train.TrainingBenchmark;
import java.util.List;
import java.util.Map;

/**
 * A row of the README's table: what is measured, and how much work it is.
 *
 * @param benchmark class and method
 * @param params the benchmark's, but for the number of threads
 * @param macs multiply-accumulates of one operation; 0 where it has none to speak of
 * @param work what a part of libflowline goes through; null for all others
 */
record BenchmarkRow(
    String label, String benchmark, Map<String, String> params, long macs, Work work) {
  BenchmarkRow(String label, String benchmark, Map<String, String> params, long macs) {
    this(label, benchmark, params, macs, null);
  }

  /** Forward, gradient of the input, gradient of the weights: each of the flow's cost. */
  private static final int PASSES = 3;

  /**
   * What one operation of a part of libflowline goes through.
   *
   * @param positions of a map; 0 where there is none
   * @param bytes read from memory; 0 where they are not what bounds it
   */
  record Work(long positions, long bytes) {}

  /** Of memory read and written by the copy; what reading can be near to. */
  static boolean isCopy(String benchmark) {
    return benchmark.equals("MachineBenchmark.copy");
  }

  static boolean isPeak(String benchmark) {
    return benchmark.equals("MachineBenchmark.matmul")
        || benchmark.equals("MachineBenchmark.convolution");
  }

  /** All that is known, in the order of the table. */
  static List<BenchmarkRow> all() {
    return List.of(
        machine("GEMM 1024³ (OpenBLAS)", "matmul", (long) Math.pow(MachineBenchmark.SIDE, 3)),
        machine(
            "convolution 3×3, 256 channels, 56² (oneDNN)",
            "convolution",
            MachineBenchmark.CONVOLUTION_MACS),
        machine("copy of 256 MiB", "copy", 0),
        training("cachedStep", 448),
        training("stepFromImages", 448),
        training("cachedStep", 256),
        training("stepFromImages", 256),
        extractor(Backbone.RESNET18, 1),
        extractor(Backbone.MS_CAIT, 1),
        extractor(Backbone.MS_CAIT, 8),
        flow("flow, ResNet-18 at 448, an image", Features.RESNET18_448),
        flow("flow, MS-CaiT, an image", Features.MS_CAIT),
        segmentation(Backbone.MS_CAIT, "PUBLISHED"),
        segmentation(Backbone.MS_CAIT, "BY_SIZE"),
        segmentation(Backbone.RESNET18, "PUBLISHED"),
        segmentation(Backbone.RESNET18, "BY_SIZE"),
        inspection(448),
        inspection(256),
        contrast(ModelKind.FASTFLOW),
        contrast(ModelKind.CL_FLOW),
        coupling(Stage.MS_CAIT, 3, "forward", true),
        coupling(Stage.MS_CAIT, 3, "forward", false),
        coupling(Stage.MS_CAIT, 3, "inverse", true),
        coupling(Stage.MS_CAIT, 3, "inverse", false),
        coupling(Stage.MS_CAIT, 1, "forward", true),
        coupling(Stage.MS_CAIT, 1, "forward", false),
        coupling(Stage.MS_CAIT, 1, "inverse", true),
        coupling(Stage.MS_CAIT, 1, "inverse", false),
        coupling(Stage.RESNET18, 3, "forward", true),
        coupling(Stage.RESNET18, 3, "forward", false),
        coupling(Stage.RESNET18, 3, "inverse", true),
        coupling(Stage.RESNET18, 3, "inverse", false),
        coupling(Stage.RESNET18, 1, "forward", true),
        coupling(Stage.RESNET18, 1, "forward", false),
        coupling(Stage.RESNET18, 1, "inverse", true),
        coupling(Stage.RESNET18, 1, "inverse", false),
        energy(Latent.MS_CAIT, false),
        energy(Latent.MS_CAIT, true),
        energy(Latent.RESNET18, false),
        energy(Latent.RESNET18, true),
        tree(28, Field.CHI_SQUARE),
        tree(28, Field.SMOOTH),
        tree(112, Field.CHI_SQUARE),
        tree(112, Field.SMOOTH),
        tree(448, Field.CHI_SQUARE),
        tree(448, Field.SMOOTH),
        crossing("into libflowline and back", "call"),
        crossing("a call with an array and a logarithm", "callWithAnArray"),
        crossing("arguments of flowline_segment, two scales", "argumentsOfSegment"),
        image("decode, PNG 1024²", "decodePng"),
        image("decode, JPEG 1024²", "decodeJpeg"),
        image("resize 1024² → 448² and normalise", "preprocess"),
        synthesis(AnomalyKind.PERLIN),
        synthesis(AnomalyKind.CUT_PASTE),
        synthesis(AnomalyKind.SCAR));
  }

  boolean matches(Measured result) {
    return result.benchmark().equals(benchmark) && result.params().equals(params);
  }

  private static BenchmarkRow machine(String label, String method, long macs) {
    return new BenchmarkRow(label, "MachineBenchmark." + method, Map.of(), macs);
  }

  private static BenchmarkRow training(String method, int size) {
    Cost cost = Cost.of(Networks.config(Backbone.RESNET18, size));
    boolean cached = method.equals("cachedStep");
    long macs = PASSES * cost.flowMacs() + (cached ? 0 : cost.extractorMacs());
    return new BenchmarkRow(
        "training step, ResNet-18 at %d, batch %d, %s"
            .formatted(size, TrainingBenchmark.BATCH, cached ? "cached features" : "from images"),
        "TrainingBenchmark." + method,
        Map.of("size", Integer.toString(size)),
        TrainingBenchmark.BATCH * macs);
  }

  private static BenchmarkRow extractor(Backbone backbone, int batch) {
    return new BenchmarkRow(
        "extractor, %s at 448, batch %d".formatted(name(backbone), batch),
        "ExtractorBenchmark.features",
        Map.of("backbone", backbone.name(), "batch", Integer.toString(batch)),
        batch * Cost.of(Networks.config(backbone, 448)).extractorMacs());
  }

  private static BenchmarkRow flow(String label, Features features) {
    return new BenchmarkRow(
        label, "FlowBenchmark.forward", Map.of("features", features.name()), features.macs());
  }

  private static BenchmarkRow segmentation(Backbone backbone, String tests) {
    return new BenchmarkRow(
        "segmentation, %s, %s".formatted(name(backbone), tests),
        "SegmentationBenchmark.segment",
        Map.of("backbone", backbone.name(), "numberOfTests", tests),
        0);
  }

  private static BenchmarkRow inspection(int size) {
    Cost cost = Cost.of(Networks.config(Backbone.RESNET18, size));
    return new BenchmarkRow(
        "inspection, ResNet-18 at " + size,
        "InspectionBenchmark.inspect",
        Map.of("size", Integer.toString(size)),
        cost.extractorMacs() + cost.flowMacs());
  }

  private static BenchmarkRow contrast(ModelKind model) {
    Cost cost = Cost.of(Networks.config(model, Backbone.RESNET18, 256));
    return new BenchmarkRow(
        "inspection, %s, ResNet-18 at 256".formatted(model.title()),
        "ContrastBenchmark.inspect",
        Map.of("model", model.name()),
        cost.extractorMacs() + cost.flowMacs());
  }

  private static BenchmarkRow coupling(Stage stage, int kernel, String direction, boolean fused) {
    return new BenchmarkRow(
        "coupling block by LibTorch, %1$d×%1$d of %2$s, %3$s%4$s"
            .formatted(
                kernel,
                stage == Stage.MS_CAIT ? "MS-CaiT" : "ResNet-18",
                direction,
                fused ? "" : ", not fused"),
        "CouplingBenchmark." + direction,
        Map.of(
            "stage",
            stage.name(),
            "kernel",
            Integer.toString(kernel),
            "fused",
            Boolean.toString(fused)),
        CouplingBenchmark.macs(stage, kernel));
  }

  private static BenchmarkRow energy(Latent latent, boolean channelsLast) {
    return new BenchmarkRow(
        "energy, %s, %s"
            .formatted(
                latent == Latent.MS_CAIT ? "816×28²" : "84×112²",
                channelsLast ? "channels last" : "dense"),
        "EnergyBenchmark.energy",
        Map.of("latent", latent.name(), "channelsLast", Boolean.toString(channelsLast)),
        0,
        new Work(latent.positions(), latent.bytes()));
  }

  private static BenchmarkRow tree(int side, Field field) {
    return new BenchmarkRow(
        "component tree, %d², %s".formatted(side, field == Field.SMOOTH ? "smooth" : "chi-square"),
        "TreeBenchmark.tree",
        Map.of("side", Integer.toString(side), "field", field.name()),
        0,
        new Work((long) side * side, 0));
  }

  private static BenchmarkRow crossing(String label, String method) {
    return new BenchmarkRow(label, "CrossingBenchmark." + method, Map.of(), 0, new Work(0, 0));
  }

  private static BenchmarkRow image(String label, String method) {
    return new BenchmarkRow(label, "ImageBenchmark." + method, Map.of(), 0);
  }

  private static BenchmarkRow synthesis(AnomalyKind kind) {
    return new BenchmarkRow(
        "anomaly made up on 256², " + kind.label(),
        "SynthesisBenchmark.synthesize",
        Map.of("kind", kind.name()),
        0);
  }

  private static String name(Backbone backbone) {
    return backbone == Backbone.MS_CAIT ? "MS-CaiT" : "ResNet-18";
  }
}
