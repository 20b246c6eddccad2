package dev.flowline.extractor;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.internal.Natives;
import dev.flowline.model.AnomalyModel;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
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
 * The frozen network at 448×448, the larger part of an inspection. Any backbone of 448 pixels can
 * be named, as in {@code -p backbone=MS_CAIT -wi 1 -i 3}, which takes seconds a shot.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 50)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class ExtractorBenchmark {
  /** Height and width of the input, pixels. */
  public static final int SIZE = 448;

  @Param("RESNET18")
  public Backbone backbone;

  /** Images at a time. */
  @Param("1")
  public int batch;

  @Param({"1", "2"})
  public int threads;

  private AnomalyModel model;
  private Tensor images; // (batch, 3, 448, 448)

  @Setup
  public void build() {
    Natives.setThreads(threads);
    model = Networks.model(backbone, SIZE);
    images = TensorCopy.tensor(Networks.uniform(1, 1.7, batch, 3, SIZE, SIZE));
  }

  /** {@link AnomalyModel#features}: into channels-last layout, through the network, dense again. */
  @Benchmark
  public long features() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return model.features(images).size();
    }
  }

  @TearDown
  public void free() {
    images.close();
    model.close();
  }
}
