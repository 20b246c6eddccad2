package dev.flowline.io;

import static org.bytedeco.opencv.global.opencv_core.CV_16UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_TIFF_COMPRESSION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import dev.flowline.benchmarks.Jvm;
import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;
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
 * Decoding of the usual kinds of image files, beside OpenCV's decoders, from bytes to bytes in
 * Java: a picture of a made-up part, 1024×1024; of 16 bits with noise in the lower ones. One
 * thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Jvm.OWN_LIBRARIES, Jvm.COLLECTOR, Jvm.HEAP})
public class DecodeBenchmark {
  private static final int SIDE = 1024;

  @Param({".jpg", ".png", ".bmp", ".tif 1", ".tif 5", ".tif 8"})
  String format; // of TIFF with the number of its compression

  @Param({"grey 8", "RGB 8", "grey 16", "RGB 16"})
  String samples;

  private byte[] file;

  /** Encodes the picture. */
  @Setup
  public void encode() throws IOException {
    byte[] part = Part.good(Product.FLANGE, SIDE, 1).image().samples8();
    Images.encode(".png", Image.of8(1, 1, 1, new byte[1])); // loads the codecs
    int channels = samples.startsWith("RGB") ? 3 : 1;
    boolean eight = samples.endsWith(" 8");
    int grey = eight ? CV_8UC1 : CV_16UC1;
    int colour = eight ? CV_8UC3 : CV_16UC3;
    Mat mat = new Mat(SIDE, SIDE, channels == 1 ? grey : colour);
    Random random = new Random(1);
    for (int i = 0; i < SIDE * SIDE * channels; i++) {
      byte level = part[channels == 3 ? i : 3 * i + 1];
      if (eight) {
        mat.data().put(i, level);
      } else {
        short deep = (short) ((level & 0xFF) * 256 + random.nextInt(512));
        new ShortPointer(mat.data()).put(i, deep);
      }
    }
    String[] words = format.split(" ");
    BytePointer encoded = new BytePointer();
    int[] how =
        words.length == 1
            ? new int[0]
            : new int[] {IMWRITE_TIFF_COMPRESSION, Integer.parseInt(words[1])};
    imencode(words[0], mat, encoded, new IntPointer(how));
    file = new byte[(int) encoded.limit()];
    encoded.get(file);
  }

  /** {@link Images#decode}. */
  @Benchmark
  public Image flowline() throws IOException {
    return Images.decode(file);
  }

  /** OpenCV's {@code imdecode}, its pixels copied as they are. */
  @Benchmark
  public byte[] openCv() {
    try (PointerScope scope = new PointerScope()) {
      Mat bytes = new Mat(1, file.length, CV_8UC1, new BytePointer(file));
      Mat decoded = imdecode(bytes, IMREAD_UNCHANGED);
      byte[] pixels = new byte[(int) (decoded.total() * decoded.elemSize())];
      decoded.data().capacity(pixels.length).get(pixels);
      return pixels;
    }
  }
}
