package dev.flowline.train;

import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.extractor.PatchPca;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Calibration;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The way from a dataset to a model file: extractor, features, flow, threshold. */
public final class TrainingRun {
  private static final int EXTRACTION_BATCH = 8;

  /** Of images at once; an extractor's activations take some tens of times as much. */
  private static final long EXTRACTION_BYTES = 64L << 20;

  private final TrainingRequest request;
  private final Device device;
  private final TrainingListener listener;
  private int featuresReady;

  private TrainingRun(TrainingRequest request, Device device, TrainingListener listener) {
    this.request = request;
    this.device = device;
    this.listener = listener;
  }

  /** On the CPU; otherwise as {@link #execute(TrainingRequest, Device, TrainingListener)}. */
  public static ModelConfig execute(TrainingRequest request, TrainingListener listener)
      throws IOException {
    return execute(request, Device.CPU, listener);
  }

  /**
   * Trains and writes the model file.
   *
   * @param device where extractor and flow compute
   * @return the configuration that was written
   * @throws IllegalArgumentException see {@link TrainingRequest#requireNothingToLose}
   * @throws IOException naming the file, if an image, the weights, the checkpoint or the model
   *     cannot be read or written
   * @throws TrainingDivergedException if the loss is not finite
   */
  public static ModelConfig execute(
      TrainingRequest request, Device device, TrainingListener listener) throws IOException {
    request.requireNothingToLose();
    try {
      return new TrainingRun(request, device, listener).execute();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private ModelConfig execute() throws IOException {
    Split split =
        Split.of(
            request.dataset().train(), request.validationFraction(), request.training().seed());
    Path folder = request.output().toAbsolutePath().getParent();
    Files.createDirectories(folder);
    try (AnomalyModel model =
            AnomalyModel.create(request.config(), extractorWeights(split.fit())).on(device);
        FeatureCache fit =
            new FeatureCache(model.trainingShapes(), cacheBytes(split.fit()), folder);
        FeatureCache held =
            new FeatureCache(model.testShapes(), cacheBytes(split.validation()), folder)) {
      int images = request.dataset().train().size();
      extract(split.fit(), batch -> model.trainingFeatures(batch, fit.size()), fit, images);
      extract(split.validation(), model::testFeatures, held, images);
      ModelConfig.TrainingFacts facts =
          new Trainer(
                  model, request.training(), fit, held, Optional.of(request.checkpoint()), listener)
              .run(request.resume());
      ModelConfig trained = request.config().withTraining(facts);
      if (request.calibrate() && held.size() > 0) {
        trained = calibrated(trained, model, held);
      }
      model.save(request.output(), trained);
      Files.deleteIfExists(request.checkpoint());
      return trained;
    }
  }

  private Map<String, StoredTensor> extractorWeights(List<Sample> samples) throws IOException {
    if (request.config().extractor().create() instanceof PatchPca patchPca) {
      return patchPca.fit(batches(samples), request.config().seed());
    }
    return PretrainedWeights.load(
        request.config().extractor(), request.weights(), PretrainedWeights.folder());
  }

  private void extract(
      List<Sample> samples, Function<Tensor, List<Tensor>> features, FeatureCache into, int of)
      throws IOException {
    var batches = batches(samples).iterator();
    while (batches.hasNext()) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        Tensor images = batches.next();
        into.add(features.apply(images));
        featuresReady += (int) images.size(0);
        listener.featuresReady(featuresReady, of);
      }
    }
  }

  /** The share of the cache's budget that some of the images have. */
  private long cacheBytes(List<Sample> samples) {
    double share = samples.size() / (double) request.dataset().train().size();
    return (long) (request.cacheBytes() * share);
  }

  private ImageBatches batches(List<Sample> samples) {
    return new ImageBatches(samples, request.config().preprocessing(), extractionBatch(request));
  }

  static int extractionBatch(TrainingRequest request) {
    long imageBytes = (long) request.config().preprocessing().inputLength() * Float.BYTES;
    long fitting = Math.max(1, EXTRACTION_BYTES / imageBytes);
    int most = Math.min(EXTRACTION_BATCH, request.training().batchSize());
    return (int) Math.min(fitting, most);
  }

  /**
   * log10Epsilon from images that the flow has not seen: none of them is a false alarm, in a map of
   * any size. They are nearly, not quite, exchangeable with new ones: they have chosen the epoch.
   */
  private static ModelConfig calibrated(ModelConfig config, AnomalyModel model, FeatureCache held) {
    int height = config.preprocessing().height();
    int width = config.preprocessing().width();
    double smallest = Double.POSITIVE_INFINITY;
    FieldOfView everywhere = FieldOfView.whole(height, width);
    try (AContrario test = new AContrario(config.segmentation(), model.device(), 1)) {
      for (int image = 0; image < held.size(); image++) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          Latents<Tensor> latents = model.testLatents(held.batch(image));
          smallest = Math.min(smallest, test.smallest(AnomalyModel.views(latents), everywhere)[0]);
        }
      }
    }
    double log10Epsilon = Math.min(config.segmentation().log10Epsilon(), smallest);
    return config.withSegmentation(
        config.segmentation().withLog10Epsilon(log10Epsilon),
        new Calibration(held.size(), smallest));
  }
}
