package dev.flowline.data.synthesis;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import dev.flowline.io.Image;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * An anomaly made up on a picture of a made-up part, 256×256, RGB, 8 bits. Each invocation has
 * another seed, since some draw more often than others. One thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class SynthesisBenchmark {
  @Param public AnomalyKind kind;

  private final AnomalySynthesis synthesis = new AnomalySynthesis(SynthesisSettings.DEFAULT);
  private Image good;
  private long seed;

  @Setup
  public void paint() {
    good = Part.good(Product.FLANGE, 256, 1).image();
  }

  /** {@link AnomalySynthesis#apply(Image, long, AnomalyKind)}. */
  @Benchmark
  public SynthesizedAnomaly synthesize() {
    return synthesis.apply(good, seed++, kind);
  }
}
