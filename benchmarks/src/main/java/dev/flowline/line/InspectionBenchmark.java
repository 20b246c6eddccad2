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

/**
 * One part on the line, from decoded pixels to regions: what decides the takt time, and its p99.
 * {@link StageProfiler} says where the time goes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 1, time = 25)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class InspectionBenchmark {
  /** Height and width of the model's input, pixels. The image has 448 either way. */
  @Param({"256", "448"})
  public int size;

  @Param({"1", "2"})
  public int threads;

  private AnomalyModel model;
  private Inspector inspector;
  private Image image;

  @Setup
  public void open() {
    Natives.setThreads(threads);
    model = Networks.model(Backbone.RESNET18, size);
    inspector = new Inspector(model, model.config().segmentation());
    image = Part.defective(Product.FLANGE, Defect.STAIN, 448, 1).image();
  }

  /** {@link Inspector#inspect(Image)} with ResNet-18. */
  @Benchmark
  public Inspection inspect() {
    Inspection inspection = inspector.inspect(image);
    StageProfiler.add(inspection.timingsMillis());
    return inspection;
  }

  @TearDown
  public void close() {
    inspector.close();
    model.close();
  }
}
