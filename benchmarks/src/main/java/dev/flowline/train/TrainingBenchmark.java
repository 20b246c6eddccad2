package dev.flowline.train;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.extractor.Backbone;
import dev.flowline.internal.Natives;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.TrainableModel;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One training step over ResNet-18 with a batch of 8: forward, backward, Adam. It is measured as an
 * epoch of exactly one batch through {@link Trainer}, so the optimiser's state is made anew by each
 * step, which a longer epoch saves.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class TrainingBenchmark {
  /** Images a step. */
  public static final int BATCH = 8;

  private static final TrainingConfig ONE_STEP = TrainingConfig.of(1, BATCH, 1e-4, 1);
  private static final Path NEVER_SPILLED = Path.of("target");

  /** Height and width of the input, pixels. */
  @Param({"256", "448"})
  public int size;

  @Param({"1", "2"})
  public int threads;

  private AnomalyModel model;
  private Tensor images; // (8, 3, size, size)
  private FeatureCache cached;

  @Setup
  public void extract() throws IOException {
    Natives.setThreads(threads);
    model = Networks.model(Backbone.RESNET18, size);
    images = TensorCopy.tensor(Networks.uniform(1, 1.7, BATCH, 3, size, size));
    cached = features();
  }

  /** The step on features that are at hand: every step but those of the first epoch. */
  @Benchmark
  public double cachedStep() throws IOException {
    return step(cached);
  }

  /** Feature extraction of the batch, the copy into the cache, and the step. */
  @Benchmark
  public double stepFromImages() throws IOException {
    try (FeatureCache fresh = features()) {
      return step(fresh);
    }
  }

  private FeatureCache features() throws IOException {
    List<long[]> shapes =
        model.shapes().features().stream().map(s -> new long[] {s[1], s[2], s[3]}).toList();
    FeatureCache cache = new FeatureCache(shapes, Long.MAX_VALUE, NEVER_SPILLED);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      cache.add(model.features(images));
    }
    return cache;
  }

  private double step(FeatureCache features) throws IOException {
    double[] nll = new double[1];
    TrainingListener last =
        new TrainingListener() {
          @Override
          public void stepDone(int epoch, int step, int steps, int batchSize, double value) {
            nll[0] = value;
          }
        };
    try (FeatureCache none = new FeatureCache(List.of(), 0, NEVER_SPILLED)) {
      Learner.of(
              new TrainableModel(model),
              ONE_STEP,
              new TrainingSet(features),
              new HeldOutSet(none),
              Negatives.NONE,
              CheckpointFile.NONE,
              last)
          .run(false);
    }
    return nll[0];
  }

  @TearDown
  public void free() throws IOException {
    cached.close();
    images.close();
    model.close();
  }
}
