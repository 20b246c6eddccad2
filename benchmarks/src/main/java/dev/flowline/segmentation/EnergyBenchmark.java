package dev.flowline.segmentation;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
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

/** The sum over channels of z squared of one image's latent, with one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class EnergyBenchmark {
  /** Latents of the real models at 448×448, finest scale. */
  public enum Latent {
    MS_CAIT(816, 28),
    RESNET18(84, 112);

    private final int channels;
    private final int side;

    Latent(int channels, int side) {
      this.channels = channels;
      this.side = side;
    }

    /** Positions. */
    public int positions() {
      return side * side;
    }

    /** Bytes read. */
    public long bytes() {
      return (long) Float.BYTES * channels * positions();
    }
  }

  @Param public Latent latent;

  /** Whether a position's channels lie side by side, or a channel's positions. */
  @Param({"false", "true"})
  public boolean channelsLast;

  private NativeContext context;
  private LibFlowline.Tensor tensor;
  private FloatPointer values;
  private FloatPointer energy;

  @Setup
  public void draw() {
    context = new NativeContext(1);
    long positions = latent.positions();
    float[] z = new float[(int) (latent.channels * positions)];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) (2 * random.nextDouble() - 1);
    }
    values = new FloatPointer(z);
    energy = new FloatPointer(positions);
    tensor = new LibFlowline.Tensor(1);
    tensor.data(values.address()).batch(1).channels(latent.channels);
    tensor.height(latent.side).width(latent.side).batch_stride(z.length);
    tensor.channel_stride(channelsLast ? 1 : positions);
    tensor.row_stride(channelsLast ? (long) latent.channels * latent.side : latent.side);
    tensor.column_stride(channelsLast ? latent.channels : 1);
  }

  /** {@code flowline_energy}. */
  @Benchmark
  public void energy() {
    FlowlineException.check(
        LibFlowline.flowline_energy(context.handle(), tensor, energy.address()));
  }

  @TearDown
  public void free() {
    tensor.close();
    values.close();
    energy.close();
    context.close();
  }
}
