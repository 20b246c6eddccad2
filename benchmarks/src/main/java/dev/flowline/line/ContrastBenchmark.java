package dev.flowline.line;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.benchmarks.Networks;
import dev.flowline.data.demo.Defect;
import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import dev.flowline.extractor.Backbone;
import dev.flowline.internal.Natives;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelKind;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** That CL-Flow takes no time at inference: it and its base, FastFlow, on the same part. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 1, time = 25)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class ContrastBenchmark {
  @Param({"FASTFLOW", "CL_FLOW"})
  public ModelKind model;

  @Param({"1", "2"})
  public int threads;

  private AnomalyModel built;
  private Inspector inspector;
  private Image image;

  @Setup
  public void open() {
    Natives.setThreads(threads);
    built = Networks.model(model, Backbone.RESNET18, 256);
    inspector = new Inspector(built, built.config().segmentation());
    image = Part.defective(Product.FLANGE, Defect.STAIN, 448, 1).image();
  }

  /** {@link Inspector#inspect(Image)} with ResNet-18 at 256. */
  @Benchmark
  public Inspection inspect() {
    return inspector.inspect(image);
  }

  @TearDown
  public void close() {
    inspector.close();
    built.close();
  }
}
