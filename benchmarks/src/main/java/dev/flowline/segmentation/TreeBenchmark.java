package dev.flowline.segmentation;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
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

/** The component tree of one map, all of its nodes, with one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class TreeBenchmark {
  /** Height and width. */
  @Param({"28", "112", "448"})
  public int side;

  /** Every position's energy by itself, as white noise has it, or a mean over 9×9 of them. */
  @Param public Field field;

  /** What the map is like. */
  public enum Field {
    CHI_SQUARE,
    SMOOTH
  }

  private NativeContext context;
  private FloatPointer map;
  private IntPointer nodeOfPixel;
  private IntPointer parent;
  private FloatPointer altitude;
  private IntPointer area;
  private IntPointer nodes;

  @Setup
  public void draw() {
    context = new NativeContext(1);
    float[] energies = chiSquare();
    map = new FloatPointer(field == Field.SMOOTH ? smooth(energies) : energies);
    long pixels = energies.length;
    nodeOfPixel = new IntPointer(pixels);
    parent = new IntPointer(pixels);
    altitude = new FloatPointer(pixels);
    area = new IntPointer(pixels);
    nodes = new IntPointer(1L);
  }

  /** Sums of 16 squares of Gaussians. */
  private float[] chiSquare() {
    float[] energies = new float[side * side];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < energies.length; i++) {
      double product = 1;
      for (int pair = 0; pair < 8; pair++) {
        product *= 1 - random.nextDouble(); // −2 ln u is a sum of two squares
      }
      energies[i] = (float) (-2 * Math.log(product));
    }
    return energies;
  }

  private float[] smooth(float[] of) {
    float[] means = new float[of.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        float sum = 0;
        int count = 0;
        for (int v = Math.max(0, y - 4); v < Math.min(side, y + 5); v++) {
          for (int u = Math.max(0, x - 4); u < Math.min(side, x + 5); u++) {
            sum += of[v * side + u];
            count++;
          }
        }
        means[y * side + x] = sum / count;
      }
    }
    return means;
  }

  /** {@code flowline_component_tree}. */
  @Benchmark
  public void tree() {
    FlowlineException.check(
        LibFlowline.flowline_component_tree(
            context.handle(),
            map.address(),
            side,
            side,
            4,
            nodeOfPixel.address(),
            parent.address(),
            altitude.address(),
            area.address(),
            nodes.address()));
  }

  @TearDown
  public void free() {
    map.close();
    nodeOfPixel.close();
    parent.close();
    altitude.close();
    area.close();
    nodes.close();
    context.close();
  }
}
