package dev.flowline.engine;

import dev.flowline.internal.Natives;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.NetworkExport;
import dev.flowline.nn.OnnxModel.Floats;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.StringVector;
import org.bytedeco.opencv.opencv_dnn.Net;

/**
 * The encoder by OpenCV's dnn module, on an exported network. Flowline does not inspect with it: it
 * shows programs that use OpenCV whether they get the same answers.
 */
public final class OpenCvEncoder implements Encoder {
  private static final String NAME = "opencv";

  private final Net network;
  private final Preprocessing preprocessing;
  private final List<long[]> latentShapes; // (1, C, H, W) by scale
  private final boolean mapsLikelihood;
  private final int largestBatch;
  private final FloatBuffer input;

  /**
   * Makes an encoder.
   *
   * @param model whose networks the file has; it need not stay open
   * @param file the bytes of an exported file, with its weights
   * @param largestBatch the largest N, at least 1
   * @throws IllegalArgumentException if largestBatch is below 1
   * @throws IOException with OpenCV's reason, if OpenCV cannot read the file
   */
  public OpenCvEncoder(AnomalyModel model, ByteBuffer file, int largestBatch) throws IOException {
    Batch.requireLargest(largestBatch);
    Natives.loadDnn();
    byte[] bytes = new byte[file.remaining()];
    file.duplicate().get(bytes);
    try {
      network = opencv_dnn.readNetFromONNX(bytes);
    } catch (RuntimeException e) {
      throw new IOException("OpenCV cannot read the network: " + firstLine(e), e);
    }
    preprocessing = model.config().preprocessing();
    latentShapes = model.shapes().latents();
    mapsLikelihood = model.mapsLikelihood();
    this.largestBatch = largestBatch;
    input = Batch.direct(largestBatch, preprocessing.inputLength());
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason");
  }

  @Override
  public FloatBuffer input() {
    return input.clear();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException with OpenCV's reason, if it cannot compute the network
   */
  @Override
  public int largestBatch() {
    return largestBatch;
  }

  @Override
  public Encoding encode(int images) {
    if (network.isNull()) {
      throw new IllegalStateException("the encoder is closed");
    }
    Batch.requireImages(images, largestBatch);
    long start = System.nanoTime();
    List<String> names = new ArrayList<>();
    for (int scale = 0; scale < latentShapes.size(); scale++) {
      names.add(NetworkExport.latents(scale));
    }
    if (!mapsLikelihood) {
      names.add(NetworkExport.ANOMALY_MAP);
      names.add(NetworkExport.ANOMALY_SCORE);
    }
    int[] shape = {images, 3, preprocessing.height(), preprocessing.width()};
    try (BytePointer pixels = new BytePointer(new FloatPointer(input.clear()));
        Mat blob = new Mat(shape, opencv_core.CV_32F, pixels);
        Scalar nothing = new Scalar();
        MatVector outputs = new MatVector();
        StringVector wanted = new StringVector(names.toArray(String[]::new))) {
      network.setInput(blob, NetworkExport.IMAGES, 1, nothing);
      network.forward(outputs, wanted);
      List<Floats> latents = new ArrayList<>();
      for (int scale = 0; scale < latentShapes.size(); scale++) {
        long[] one = latentShapes.get(scale);
        latents.add(copy(outputs.get(scale), images, one[1], one[2], one[3]));
      }
      Floats maps = null;
      Floats scores = null;
      if (!mapsLikelihood) {
        maps = copy(outputs.get(names.size() - 2), images, 1, shape[2], shape[3]);
        scores = copy(outputs.get(names.size() - 1), images);
      }
      return new OnnxEncoding(latents, maps, scores, (System.nanoTime() - start) / 1e6);
    } catch (RuntimeException e) {
      throw new IllegalStateException("OpenCV cannot compute the network: " + firstLine(e), e);
    }
  }

  private static Floats copy(Mat from, long... shape) {
    FloatBuffer values = from.createBuffer();
    int count = Batch.length(shape);
    if (values.remaining() != count) {
      throw new IllegalStateException(
          "an output has %s numbers instead of %s".formatted(values.remaining(), count));
    }
    return new Floats(Batch.direct(shape).put(values).flip(), shape);
  }

  @Override
  public List<long[]> latentShapes() {
    return latentShapes;
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public EngineInfo engine() {
    return new EngineInfo(NAME, opencv_core.CV_VERSION);
  }

  @Override
  public void close() {
    network.close();
  }
}
