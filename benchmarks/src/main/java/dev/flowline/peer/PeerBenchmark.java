package dev.flowline.peer;

import dev.flowline.benchmarks.MachineFacts;
import dev.flowline.benchmarks.Networks;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.ExportedNetwork;
import dev.flowline.engine.OnnxEncoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.extractor.Backbone;
import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Flowline beside its peer, U-Flow as an {@linkplain EagerProgram eager PyTorch program}: in one
 * process, by {@linkplain Turns turns}, with the same weights and the same image. Before anything
 * is measured, all must compute the same latents.
 */
public final class PeerBenchmark {
  private static final List<String> ENGINES = List.of("libtorch", "onnxruntime");

  /** The largest difference of two programs' results, as a share of the largest result. */
  private static final double ALIKE = 1e-3;

  private static final long SEED = 7;

  private PeerBenchmark() {}

  /**
   * Measures and prints the table.
   *
   * @param args {@code --backbone}, {@code --size}, {@code --threads}, {@code --work}, which is
   *     {@code inspection} or {@code training}, each with values between commas; {@code --rounds},
   *     {@code --passes}, {@code --engines libtorch} or {@code libtorch,onnxruntime}, {@code
   *     --clock wall} or {@code processor}, which takes one thread, and {@code --json FILE}
   * @throws IOException if the result cannot be written
   * @throws IllegalArgumentException if an argument is none of these, or out of its bounds
   * @throws IllegalStateException if two programs do not compute the same
   */
  public static void run(List<String> args) throws IOException {
    Map<String, String> options =
        new LinkedHashMap<>(
            Map.of(
                "--backbone", "RESNET18",
                "--size", "256,448",
                "--threads", "1,2",
                "--work", "inspection",
                "--rounds", "15",
                "--passes", "3",
                "--engines", "libtorch,onnxruntime",
                "--clock", "wall",
                "--json", "target/peer.json"));
    for (int i = 0; i < args.size(); i += 2) {
      if (!options.containsKey(args.get(i)) || i + 1 == args.size()) {
        throw new IllegalArgumentException(
            "--peer takes %s, each with a value, got %s"
                .formatted(new TreeMap<>(options).keySet(), args.get(i)));
      }
      options.put(args.get(i), args.get(i + 1));
    }
    requireEngines(options.get("--engines"));
    Clock clock = Clock.named(options.get("--clock"));
    if (clock == Clock.PROCESSOR && !options.get("--threads").equals("1")) {
      throw new IllegalArgumentException(
          "--clock processor needs --threads 1: only the calling thread's time is known");
    }
    Turns turns = new Turns(number(options, "--rounds"), number(options, "--passes"), clock);
    List<Comparison> comparisons = new ArrayList<>();
    PeerRun run =
        new PeerRun(
            MachineFacts.read().toString(),
            Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(),
            settings(),
            comparisons);
    Path file = Path.of(options.get("--json"));
    for (String backbone : options.get("--backbone").split(",")) {
      for (String size : options.get("--size").split(",")) {
        for (String threads : options.get("--threads").split(",")) {
          for (String work : options.get("--work").split(",")) {
            comparisons.add(
                compare(
                    work,
                    backbone(backbone),
                    number("--size", size),
                    number("--threads", threads),
                    options.get("--engines").contains("onnxruntime"),
                    turns));
            run.write(file); // after each: a long run may be ended
          }
        }
      }
    }
    System.out.println(PeerTable.of(run));
    System.out.println("written to " + file);
  }

  private static int number(Map<String, String> options, String name) {
    return number(name, options.get(name));
  }

  private static int number(String name, String value) {
    if (!value.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(
          "%s must be a whole number above 0, got %s".formatted(name, value));
    }
    return Integer.parseInt(value);
  }

  private static Backbone backbone(String name) {
    return Arrays.stream(Backbone.values())
        .filter(backbone -> backbone.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--backbone must be one of %s, got %s"
                        .formatted(Arrays.toString(Backbone.values()), name)));
  }

  private static void requireEngines(String names) {
    List<String> engines = List.of(names.split(","));
    if (!engines.contains("libtorch") || !ENGINES.containsAll(engines)) {
      throw new IllegalArgumentException(
          "--engines must be libtorch or libtorch,onnxruntime, got " + names);
    }
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String variable : PeerRun.VARIABLES) {
      String value = System.getenv(variable);
      if (value != null) {
        settings.put(variable, value);
      }
    }
    return settings;
  }

  private static Comparison compare(
      String work, Backbone backbone, int size, int threads, boolean withOnnx, Turns turns)
      throws IOException {
    if (!EagerExtractor.has(backbone.extractor())) {
      throw new IllegalArgumentException(
          "backbone must be a ResNet or a CaiT: the peer has no other, got " + backbone);
    }
    Natives.setThreads(threads);
    return switch (work) {
      case "inspection" -> compareInspections(backbone, size, threads, withOnnx, turns);
      case "training" -> compareTrainings(backbone, size, threads, turns);
      default ->
          throw new IllegalArgumentException("--work must be inspection or training, got " + work);
    };
  }

  private static Comparison compareTrainings(Backbone backbone, int size, int threads, Turns turns)
      throws IOException {
    double before = load();
    TrainingComparison.Measured measured = TrainingComparison.measure(backbone, size, turns);
    Map<String, Double> differences = Map.of("Flowline, libtorch", measured.difference());
    return comparison(backbone, size, threads, turns, before, differences, measured.series());
  }

  private static Comparison comparison(
      Backbone backbone,
      int size,
      int threads,
      Turns turns,
      double loadBefore,
      Map<String, Double> differences,
      List<Series> series)
      throws IOException {
    return new Comparison(
        backbone.name(),
        size,
        threads,
        turns.passes(),
        turns.clock(),
        loadBefore,
        load(),
        differences,
        series);
  }

  private static Comparison compareInspections(
      Backbone backbone, int size, int threads, boolean withOnnx, Turns turns) throws IOException {
    double before = load();
    try (AnomalyModel model = Networks.model(backbone, size)) {
      model.parameters().load(disturbed(model));
      FloatBuffer pixels = pixels(size);
      List<Contestant> programs = new ArrayList<>();
      try {
        EagerProgram peer = new EagerProgram(model, pixels);
        programs.add(peer);
        programs.add(new EngineProgram(new TorchEncoder(model), null, pixels));
        if (withOnnx) {
          ExportedNetwork exported = ExportedNetwork.of(model, threads);
          Encoder onnx = new OnnxEncoder(exported, 1);
          programs.add(new EngineProgram(onnx, exported, pixels));
        }
        requireSameLogDet(model, peer, pixels, size);
        Map<String, Double> differences = differences(programs);
        List<Series> series = turns.measure(programs);
        return comparison(backbone, size, threads, turns, before, differences, series);
      } finally {
        programs.forEach(Contestant::close);
      }
    }
  }

  /**
   * Returns values for what training changes and starts as all the same, so that an error shows.
   */
  private static Map<String, StoredTensor> disturbed(AnomalyModel model) {
    Map<String, StoredTensor> values = new LinkedHashMap<>();
    for (ParameterSpec spec : model.parameters().specs()) {
      boolean ofAffine = spec.name().contains(".global_");
      boolean ofNorm = spec.name().contains("feature_normalizations");
      if (ofAffine || ofNorm) {
        StoredTensor start = TensorCopy.store(model.parameters().get(spec.name()));
        float[] sum = start.toFloats();
        float[] noise = Networks.uniform(spec.name().hashCode(), 0.1, spec.shape()).toFloats();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += noise[i];
        }
        values.put(spec.name(), StoredTensor.of(sum, spec.shape()));
      }
    }
    return values;
  }

  private static FloatBuffer pixels(int size) {
    float[] values = Networks.uniform(SEED, 1.7, 3, size, size).toFloats();
    FloatBuffer direct =
        ByteBuffer.allocateDirect(values.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    return direct.put(values).clear();
  }

  private static void requireSameLogDet(
      AnomalyModel model, EagerProgram peer, FloatBuffer pixels, int size) {
    double ours;
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        Tensor images = Tensors.over(pixels, 1, 3, size, size)) {
      ours = model.likelihoodLatents(model.testFeatures(images)).logDetJacobian().item_double();
    }
    double theirs = peer.logDetJacobian();
    if (!(Math.abs(ours - theirs) <= ALIKE * Math.abs(theirs))) {
      throw new IllegalStateException(
          "the log-determinant is %s, the peer's is %s".formatted(ours, theirs));
    }
  }

  /**
   * Compares the latents of all programs with the peer's, the first.
   *
   * @throws IllegalStateException if they are not the same
   */
  private static Map<String, Double> differences(List<Contestant> programs) {
    List<float[]> expected = programs.get(0).latents();
    Map<String, Double> differences = new LinkedHashMap<>();
    for (Contestant program : programs.subList(1, programs.size())) {
      double difference = difference(expected, program.latents());
      if (!(difference <= ALIKE)) {
        throw new IllegalStateException(
            "the latents of %s differ from the peer's by %s of the largest"
                .formatted(program.name(), difference));
      }
      differences.put(program.name(), difference);
    }
    return differences;
  }

  private static double difference(List<float[]> expected, List<float[]> actual) {
    double worst = 0;
    for (int scale = 0; scale < expected.size(); scale++) {
      float[] e = expected.get(scale);
      float[] a = actual.get(scale);
      if (e.length != a.length) {
        return Double.POSITIVE_INFINITY;
      }
      double largest = 0;
      double apart = 0;
      for (int i = 0; i < e.length; i++) {
        largest = Math.max(largest, Math.abs(e[i]));
        apart = Math.max(apart, Math.abs(e[i] - a[i]));
      }
      worst = Math.max(worst, apart / largest); // NaN stays
    }
    return worst;
  }

  /** Returns the load average over a minute; NaN where the system has none. */
  private static double load() throws IOException {
    Path file = Path.of("/proc/loadavg");
    return Files.exists(file)
        ? Double.parseDouble(Files.readString(file).split(" ")[0])
        : Double.NaN;
  }
}
