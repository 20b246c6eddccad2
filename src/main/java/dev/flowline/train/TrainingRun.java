package dev.flowline.train;

import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.extractor.PatchPca;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Calibration;
import dev.flowline.model.Cost;
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
  private final Split split;
  private final Optional<NegativeImages> negatives;
  private int featuresReady;

  private TrainingRun(TrainingRequest request, Device device, TrainingListener listener)
      throws IOException {
    this.request = request;
    this.device = device;
    this.listener = listener;
    split =
        Split.of(
            request.dataset().train(), request.validationFraction(), request.training().seed());
    negatives = NegativeImages.of(request, split.fit());
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
   * @throws IOException naming the file, if an image, the weights, a texture, the checkpoint or the
   *     model cannot be read or written
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
    Path folder = request.output().toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Cost cost = Cost.of(request.config());
    List<long[]> shapes =
        cost.featureShapes().stream().map(s -> new long[] {s[1], s[2], s[3]}).toList();
    try (AnomalyModel model =
            AnomalyModel.create(request.config(), extractorWeights(split.fit())).on(device);
        FeatureCache fit = new FeatureCache(shapes, cacheBytes(split.fit().size()), folder);
        FeatureCache held =
            new FeatureCache(shapes, cacheBytes(split.validation().size()), folder);
        FeatureCache made = new FeatureCache(shapes, cacheBytes(negativeImages()), folder)) {
      extract(model, batches(split.fit()), fit);
      extract(model, batches(split.validation()), held);
      Optional<Negatives> paired = Optional.empty();
      if (negatives.isPresent()) {
        paired = Optional.of(extracted(negatives.get(), model, made));
      }
      ModelConfig.TrainingFacts facts =
          new Trainer(
                  model,
                  request.training(),
                  fit,
                  held,
                  paired,
                  Optional.of(request.checkpoint()),
                  listener)
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

  private void extract(AnomalyModel model, ImageBatches images, FeatureCache into)
      throws IOException {
    var batches = images.iterator();
    while (batches.hasNext()) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard constant = new NoGradGuard()) {
        Tensor batch = batches.next();
        into.add(model.features(batch));
        featuresReady += (int) batch.size(0);
        listener.featuresReady(featuresReady, featuresInAll());
      }
    }
  }

  /** The negatives, their features extracted. */
  private Negatives extracted(NegativeImages images, AnomalyModel model, FeatureCache into)
      throws IOException {
    extract(model, batches(images.count(), images), into);
    return new Negatives(into, images.labels(), images.byImage());
  }

  /** Images whose features are needed. */
  private int featuresInAll() {
    return request.dataset().train().size() + negativeImages();
  }

  private int negativeImages() {
    return negatives.map(NegativeImages::count).orElse(0);
  }

  /** The share of the cache's budget that so many of the images have. */
  private long cacheBytes(int images) {
    double share = images / (double) featuresInAll();
    return (long) (request.cacheBytes() * share);
  }

  private ImageBatches batches(List<Sample> samples) {
    return new ImageBatches(samples, request.config().preprocessing(), extractionBatch(request));
  }

  private ImageBatches batches(int images, ImageBatches.Source source) {
    return new ImageBatches(
        images, source, request.config().preprocessing(), extractionBatch(request));
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
          Latents<Tensor> latents = model.latents(held.batch(image));
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
