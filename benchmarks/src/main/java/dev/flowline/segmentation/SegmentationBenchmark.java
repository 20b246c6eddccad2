package dev.flowline.segmentation;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.extractor.Backbone;
import dev.flowline.model.NetworkShapes;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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

/**
 * The a contrario test of one image's latents at 448×448, on a map of 256×256, with one thread. The
 * latents are white Gaussian noise, which has more maxima, hence a larger tree, than a smooth map;
 * in a square of an eighth of the side they are twice as large: a defect.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class SegmentationBenchmark {
  private static final int MAP = 256;

  /** Whose latents: 816×28², 192×14² or 84×112², 80×56², 128×28². */
  @Param({"MS_CAIT", "RESNET18"})
  public Backbone backbone;

  @Param public NumberOfTests numberOfTests;

  private final List<NativeView> latents = new ArrayList<>();
  private AContrario aContrario;

  @Setup
  public void draw() {
    aContrario = new AContrario(SegmentationOptions.DEFAULT.withNumberOfTests(numberOfTests), 1);
    for (long[] shape : NetworkShapes.of(Networks.config(backbone, 448)).latents()) {
      FloatPointer values = new FloatPointer(noise(shape));
      latents.add(NativeView.cpu(values.address(), shape, values));
    }
  }

  private static float[] noise(long[] shape) {
    int height = (int) shape[2];
    int width = (int) shape[3];
    float[] z = new float[(int) LongStream.of(shape).reduce(1, Math::multiplyExact)];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < z.length; i++) {
      int y = i / width % height;
      int x = i % width;
      boolean defective = y * 8 / height == 3 && x * 8 / width == 3;
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      double gaussian = radius * Math.cos(2 * Math.PI * random.nextDouble());
      z[i] = (float) (defective ? 2 * gaussian : gaussian);
    }
    return z;
  }

  /** {@link AContrario#segment}: energies, trees, test, upsampling, minimum over scales. */
  @Benchmark
  public float segment() {
    return aContrario.segment(latents, MAP, MAP).get(0).minLog10Nfa();
  }

  @TearDown
  public void free() {
    latents.forEach(view -> ((FloatPointer) view.owner()).close());
    aContrario.close();
  }
}
