package dev.flowline;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PatchPca;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.UFlow;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.train.Schedule;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A woven fabric, small enough to learn in a second: images, datasets and models of it. */
public final class TinyLine {
  private static final double PERIOD = 6;
  private static final int CONTRAST = 40;
  private static final int NOISE = 8;

  private TinyLine() {}

  /** A good part, RGB of 8 bits. */
  public static Image good(long seed, int height, int width) {
    return Image.of8(height, width, 3, fabric(seed, height, width));
  }

  /** A part with a bright square hole. */
  public static Image defective(long seed, int height, int width, int x, int y, int side) {
    byte[] samples = fabric(seed, height, width);
    for (int row = y; row < y + side; row++) {
      for (int column = x; column < x + side; column++) {
        for (int channel = 0; channel < 3; channel++) {
          samples[(row * width + column) * 3 + channel] = (byte) 250;
        }
      }
    }
    return Image.of8(height, width, 3, samples);
  }

  private static byte[] fabric(long seed, int height, int width) {
    Random random = new Random(seed);
    double phase = random.nextDouble() * PERIOD;
    byte[] samples = new byte[height * width * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double weave =
            Math.sin(2 * Math.PI * (x + phase) / PERIOD) * Math.cos(2 * Math.PI * y / PERIOD);
        for (int channel = 0; channel < 3; channel++) {
          double value = 110 + 10 * channel + CONTRAST * weave + NOISE * random.nextGaussian();
          samples[(y * width + x) * 3 + channel] = (byte) Math.max(0, Math.min(255, value));
        }
      }
    }
    return samples;
  }

  /** Good images to learn from, in MVTec AD's layout, category {@code fabric}. */
  public static Dataset dataset(Path root, long seed, int images, int height, int width)
      throws IOException {
    Path folder = root.resolve("fabric/train/good");
    for (int i = 0; i < images; i++) {
      Path file = folder.resolve("%03d.png".formatted(i));
      Images.writePng(file, good(seed * 1000 + i, height, width));
    }
    return Layout.MVTEC.read(root, "fabric");
  }

  /** A small U-Flow over two scales of patch-pca. */
  public static ModelConfig config(int height, int width, long seed) {
    return config(ModelKind.U_FLOW, new UFlow(2, SoftClamp.TANH), height, width, seed);
  }

  /** A model over the same features. */
  public static ModelConfig config(
      ModelKind kind, Method settings, int height, int width, long seed) {
    ExtractorConfig extractor = new ExtractorConfig("patch-pca", new PatchPca.Settings(2, 6, 3));
    return config(kind, "fabric", extractor, settings, height, width, seed);
  }

  /** A model of any category over any features, untrained, with the usual test. */
  public static ModelConfig config(
      ModelKind kind,
      String category,
      ExtractorConfig extractor,
      Method settings,
      int height,
      int width,
      long seed) {
    return new ModelConfig(
        kind,
        category,
        extractor,
        Preprocessing.imageNet(height, width),
        settings,
        seed,
        new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0));
  }

  /** Weights of its extractor that nobody has learned: enough for an untrained model. */
  public static Map<String, StoredTensor> drawnExtractor(ModelConfig config) {
    Random random = new Random(1);
    Map<String, StoredTensor> weights = new LinkedHashMap<>();
    int height = config.preprocessing().height();
    int width = config.preprocessing().width();
    for (ParameterSpec spec : config.extractor().create().frozenParameters(height, width)) {
      float[] values = new float[(int) spec.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      weights.put(spec.name(), StoredTensor.of(values, spec.shape()));
    }
    return weights;
  }

  /** Some epochs in batches of 4, a checkpoint after each. */
  public static TrainingConfig epochs(int epochs, long seed) {
    return TrainingConfig.of(epochs, 4, 2e-3, seed).withSchedule(Schedule.LINEAR);
  }

  /** A quarter of the images for the threshold. */
  public static final CalibrationPlan CALIBRATION =
      new CalibrationPlan(NullHypothesis.CALIBRATED, 0.25, CalibrationPlan.USUAL_RATE);

  /** A training that holds two quarters of the images out, for the epoch and for the threshold. */
  public static TrainingRequest request(
      ModelConfig config, Dataset dataset, TrainingConfig training, Path output) {
    return new TrainingRequest(
        config, CALIBRATION, dataset, List.of(), 0.25, training, 1L << 28, output, false);
  }
}
