package dev.flowline.io;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a file's bytes to the model's input: what an inspection costs before any network, for a
 * picture of a made-up part, 1024×1024, RGB, 8 bits. One thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class ImageBenchmark {
  private final Preprocessing preprocessing = Preprocessing.imageNet(448, 448);
  private final FloatBuffer input =
      ByteBuffer.allocateDirect(preprocessing.inputLength() * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
  private Image image;
  private byte[] png;
  private byte[] jpeg;

  @Setup
  public void encode() throws IOException {
    image = Part.good(Product.FLANGE, 1024, 1).image();
    png = Images.encode(".png", image);
    jpeg = Images.encode(".jpg", image);
  }

  /** {@link Images#decode} of a PNG. */
  @Benchmark
  public Image decodePng() throws IOException {
    return Images.decode(png);
  }

  /** {@link Images#decode} of a JPEG of OpenCV's default quality. */
  @Benchmark
  public Image decodeJpeg() throws IOException {
    return Images.decode(jpeg);
  }

  /** {@link Preprocessing#apply}: antialiased resize to 448×448 and normalisation. */
  @Benchmark
  public FloatBuffer preprocess() {
    input.clear();
    preprocessing.apply(image, input);
    return input;
  }
}
