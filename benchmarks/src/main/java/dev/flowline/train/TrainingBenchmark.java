package dev.flowline.train;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.extractor.Backbone;
import dev.flowline.internal.Natives;
import dev.flowline.model.AnomalyModel;
import dev.flowline.nn.TensorCopy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  /** Height and width of the input, pixels. */
  @Param({"256", "448"})
  public int size;

  @Param({"1", "2"})
  public int threads;

  private AnomalyModel model;
  private Tensor images; // (8, 3, size, size)
  private EpochOfFeatures cached;

  @Setup
  public void extract() throws IOException {
    Natives.setThreads(threads);
    model = Networks.model(Backbone.RESNET18, size);
    images = TensorCopy.tensor(Networks.uniform(1, 1.7, BATCH, 3, size, size));
    cached = new EpochOfFeatures(model, images);
  }

  /** The step on features that are at hand: every step but those of the first epoch. */
  @Benchmark
  public List<Double> cachedStep() throws IOException {
    return cached.run(1, BATCH);
  }

  /** Feature extraction of the batch, the copy into the cache, and the step. */
  @Benchmark
  public List<Double> stepFromImages() throws IOException {
    try (EpochOfFeatures fresh = new EpochOfFeatures(model, images)) {
      return fresh.run(1, BATCH);
    }
  }

  @TearDown
  public void free() throws IOException {
    cached.close();
    images.close();
    model.close();
  }
}
