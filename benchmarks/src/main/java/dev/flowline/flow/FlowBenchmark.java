package dev.flowline.flow;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.internal.Natives;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.InferenceOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * The flow alone, from normalised features of one image to latents: the share of an inspection that
 * is Flowline's own network.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class FlowBenchmark {
  /** Features (N, C, H, W) of one image, finest first. */
  public enum Features {
    RESNET18_448(new long[][] {{1, 64, 112, 112}, {1, 128, 56, 56}, {1, 256, 28, 28}}),
    MS_CAIT(new long[][] {{1, 768, 28, 28}, {1, 384, 14, 14}});

    private final List<long[]> shapes;

    Features(long[][] shapes) {
      this.shapes = List.of(shapes);
    }

    /** Multiply-accumulates of the flow over them. */
    public long macs() {
      CostOps cost = new CostOps();
      flow().forward(cost, shapes);
      return cost.multiplyAccumulates();
    }

    private UShapedFlow flow() {
      List<Long> channels = shapes.stream().map(shape -> shape[1]).toList();
      return new UShapedFlow("flow", channels, 4, SoftClamp.TANH);
    }
  }

  @Param public Features features;

  @Param({"1", "2"})
  public int threads;

  private final List<Tensor> inputs = new ArrayList<>();
  private UShapedFlow flow;
  private Parameters parameters;
  private InferenceOps ops;

  @Setup
  public void build() {
    Natives.setThreads(threads);
    flow = features.flow();
    CostOps cost = new CostOps();
    flow.forward(cost, features.shapes);
    parameters = new Parameters(cost.parameters(), Map.of(), 1);
    ops = new InferenceOps(parameters);
    for (long[] shape : features.shapes) {
      inputs.add(TensorCopy.tensor(Networks.uniform(shape[1], 1.7, shape)));
    }
  }

  /** {@link UShapedFlow#forward} by libflowline's layers, as an inspection computes it. */
  @Benchmark
  public int forward() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return flow.forward(ops, inputs).values().size();
    }
  }

  @TearDown
  public void free() {
    inputs.forEach(Tensor::close);
    ops.close();
    parameters.close();
  }
}
