package dev.flowline.segmentation;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to get from Java into libflowline, beside what is done there. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class CrossingBenchmark {
  private final double[] result = new double[1];
  private final LibFlowline.Context nothing = new LibFlowline.Context();
  private NativeArguments arguments;
  private FloatPointer memory;
  private List<NativeView> latents;
  private FieldOfView view;

  @Setup
  public void prepare() {
    arguments = new NativeArguments(SegmentationOptions.DEFAULT, Device.CPU, 64);
    memory = new FloatPointer(1L);
    latents =
        List.of(
            NativeView.cpu(memory.address(), new long[] {1, 816, 28, 28}, memory),
            NativeView.cpu(memory.address(), new long[] {1, 192, 14, 14}, memory));
    view = FieldOfView.whole(256, 256);
  }

  /** There and back, with one pointer: {@code flowline_context_destroy} of none does nothing. */
  @Benchmark
  public void call() {
    LibFlowline.flowline_context_destroy(nothing);
  }

  /** A function with numbers, a result in an array, and a logarithm inside. */
  @Benchmark
  public int callWithAnArray() {
    return LibFlowline.flowline_log10_number_of_tests_by_size(784, 980, 12, result);
  }

  /** The arguments of {@code flowline_segment} for two scales and a map. */
  @Benchmark
  public LibFlowline.Maps argumentsOfSegment() {
    for (int i = 0; i < latents.size(); i++) {
      arguments.latent(i, latents.get(i));
    }
    arguments.fieldOfView(view);
    return arguments.maps().log10_nfa(memory.address()).min_log10_nfa(memory.address());
  }

  @TearDown
  public void free() {
    arguments.close();
    memory.close();
  }
}
