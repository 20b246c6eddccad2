package dev.flowline.nn;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.internal.Natives;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
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
 * What this machine can do at best, through the libraries that Flowline uses: the yardstick of all
 * other figures. Nothing of Flowline's own is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class MachineBenchmark {
  /** Side of the square matrices: 2³⁰ multiply-accumulates. */
  public static final long SIDE = 1024;

  /** Multiply-accumulates of the convolution: 3×3, 256 → 256 channels, 56×56. */
  public static final long CONVOLUTION_MACS = 9L * 256 * 256 * 56 * 56;

  /** Bytes copied: beyond any cache that a core has for itself. */
  public static final long COPIED_BYTES = 256L << 20;

  @Param({"1", "2"})
  public int threads;

  private Tensor left;
  private Tensor right;
  private Tensor image;
  private Tensor kernel;
  private Tensor source;
  private Tensor target;

  @Setup
  public void allocate() {
    Natives.setThreads(threads);
    left = TensorCopy.tensor(Networks.uniform(1, 1, SIDE, SIDE));
    right = TensorCopy.tensor(Networks.uniform(2, 1, SIDE, SIDE));
    image = TensorCopy.tensor(Networks.uniform(3, 1, 1, 256, 56, 56));
    kernel = TensorCopy.tensor(Networks.uniform(4, 1, 256, 256, 3, 3));
    source = TensorCopy.tensor(Networks.uniform(5, 1, COPIED_BYTES / Float.BYTES));
    target = TensorCopy.tensor(Networks.uniform(6, 1, COPIED_BYTES / Float.BYTES));
  }

  /** GEMM peak of OpenBLAS, which runs linear layers and attention. */
  @Benchmark
  public long matmul() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return torch.mm(left, right).numel();
    }
  }

  /** What oneDNN reaches in a convolution of a shape that suits it, in channels-last layout. */
  @Benchmark
  public long convolution() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      long[] one = {1, 1};
      return torch
          .conv2d(
              Tensors.channelsLast(image),
              Tensors.channelsLast(kernel),
              new TensorOptional(),
              one,
              one,
              one,
              1)
          .numel();
    }
  }

  /** Memory bandwidth: elementwise operations and trees on large maps are near to it. */
  @Benchmark
  public void copy() {
    // No scope: copy_ returns the Java object of its receiver, which a scope would free.
    target.copy_(source);
  }

  @TearDown
  public void free() {
    left.close();
    right.close();
    image.close();
    kernel.close();
    source.close();
    target.close();
  }
}
