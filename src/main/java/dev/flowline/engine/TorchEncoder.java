package dev.flowline.engine;

import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;

/** The LibTorch encoder, on an {@link AnomalyModel} that any number of encoders share. */
public final class TorchEncoder implements Encoder {
  private static final String NAME = "libtorch";

  private final AnomalyModel model;
  private final int largestBatch;
  private final FloatBuffer input;
  private final Tensor inputTensor; // (largestBatch, 3, H, W), over input

  /** Makes an encoder of one image at a time; see {@link #TorchEncoder(AnomalyModel, int)}. */
  public TorchEncoder(AnomalyModel model) {
    this(model, 1);
  }

  /**
   * Makes an encoder.
   *
   * @param model stays the caller's, and open as long as this encoder is; it computes on the device
   *     that the model is on now
   * @param largestBatch the largest N, at least 1
   * @throws IllegalArgumentException if largestBatch is below 1
   */
  public TorchEncoder(AnomalyModel model, int largestBatch) {
    Batch.requireLargest(largestBatch);
    this.model = model;
    this.largestBatch = largestBatch;
    Preprocessing preprocessing = model.config().preprocessing();
    input = Batch.direct(largestBatch, preprocessing.inputLength());
    inputTensor =
        Tensors.over(input, largestBatch, 3, preprocessing.height(), preprocessing.width());
  }

  @Override
  public FloatBuffer input() {
    return input.clear();
  }

  @Override
  public int largestBatch() {
    return largestBatch;
  }

  @Override
  public Encoding encode(int images) {
    if (inputTensor.isNull()) {
      throw new IllegalStateException("the encoder is closed");
    }
    Batch.requireImages(images, largestBatch);
    return TorchEncoding.ofImages(model, inputTensor, images);
  }

  /**
   * Returns whether a model's latents and maps follow from the features of an image. A model whose
   * latents have no positions, that rotates the image, or whose kept folds have extractors of their
   * own, needs the image again.
   */
  public static boolean goesOnFromFeatures(AnomalyModel model) {
    return model.hasPositions()
        && model.config().settings().testRotations() == 0
        && model.folds().stream().allMatch(AnomalyModel::sharesFeatures);
  }

  /**
   * Encodes images whose features are known.
   *
   * @param model stays the caller's, and open as long as the encoding is
   * @param features (N, C, H, W) by scale, as {@link AnomalyModel#features} has them
   * @throws IllegalStateException if it cannot {@linkplain #goesOnFromFeatures go on from them}
   */
  public static Encoding encodeFeatures(AnomalyModel model, List<Tensor> features) {
    if (!goesOnFromFeatures(model)) {
      throw new IllegalStateException(
          "a %s model cannot go on from features: it needs the image again"
              .formatted(model.config().model()));
    }
    return TorchEncoding.ofFeatures(model, features);
  }

  @Override
  public List<long[]> latentShapes() {
    return model.shapes().latents();
  }

  @Override
  public Device device() {
    return model.device();
  }

  @Override
  public EngineInfo engine() {
    return ofProgram();
  }

  /** Returns the engine of this program, which need not be loaded. */
  public static EngineInfo ofProgram() {
    return LibTorch.INFO;
  }

  @Override
  public void close() {
    inputTensor.close();
  }

  private static final class LibTorch {
    static final EngineInfo INFO = new EngineInfo(NAME, version());

    /** Returns the version of the JavaCPP presets, which begins with LibTorch's. */
    private static String version() {
      try {
        String version = Loader.getVersion("org.bytedeco", "pytorch");
        return version == null ? "unknown" : version;
      } catch (IOException e) {
        return "unknown"; // a jar repacked without its Maven properties
      }
    }
  }
}
