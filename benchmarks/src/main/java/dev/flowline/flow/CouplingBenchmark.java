package dev.flowline.flow;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.internal.Natives;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
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
 * One flow step, coupling, affine and permutation, of one image without gradients, as likelihoods
 * and the inverse take it: convolutions by LibTorch. An inspection's steps are libflowline's own,
 * which {@link FlowBenchmark} measures.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class CouplingBenchmark {
  /** What goes through the finest stage of the real models at 448×448. */
  public enum Stage {
    MS_CAIT(816, 28),
    RESNET18(84, 112);

    private final long[] shape;

    Stage(long channels, long side) {
      shape = new long[] {1, channels, side, side};
    }
  }

  @Param public Stage stage;

  /** Of the subnet's convolutions. */
  @Param({"3", "1"})
  public int kernel;

  /** All but the convolutions in one pass, or one module after the other. */
  @Param({"true", "false"})
  public boolean fused;

  @Param({"1", "2"})
  public int threads;

  private InvertibleModule block;
  private Parameters parameters;
  private TorchOps ops;
  private Tensor input;

  @Setup
  public void build() {
    Natives.setThreads(threads);
    block = fused ? block(kernel) : block(kernel).modules();
    CostOps cost = new CostOps();
    block.forward(cost, stage.shape);
    parameters = new Parameters(cost.parameters(), Map.of(), 1);
    ops = new TorchOps(parameters);
    input = TensorCopy.tensor(Networks.uniform(1, 1.7, stage.shape));
  }

  private static CouplingBlock block(int kernel) {
    return new CouplingBlock("block", kernel, 1, SoftClamp.TANH, 2);
  }

  /** Multiply-accumulates of the subnet. */
  public static long macs(Stage stage, int kernel) {
    CostOps cost = new CostOps();
    block(kernel).forward(cost, stage.shape);
    return cost.multiplyAccumulates();
  }

  @Benchmark
  public double forward() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return block.forward(ops, input).logDetJacobian().item_double();
    }
  }

  @Benchmark
  public double inverse() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return block.inverse(ops, input).logDetJacobian().item_double();
    }
  }

  @TearDown
  public void free() {
    input.close();
    parameters.close();
  }
}
