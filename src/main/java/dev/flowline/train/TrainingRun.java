package dev.flowline.train;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.GoodImages;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.SegmentationOptions;
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
  private final TrainingRequest request;
  private final Device device;
  private final TrainingListener listener;
  private final Method method;
  private final Split split;
  private final Optional<NegativeImages> negatives;
  private int sharedHere; // images that others could share, extracted by this run
  private int featuresReady;
  private long ownBytes; // of the cache's budget, left by the features that others could share

  private TrainingRun(TrainingRequest request, Device device, TrainingListener listener)
      throws IOException {
    this.request = request;
    this.device = device;
    this.listener = listener;
    method = request.config().settings();
    split = request.split();
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
    TrainingRun run = new TrainingRun(request, device, listener);
    try (Extraction features = run.extraction()) {
      return run.execute(features);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Trains on features that were extracted before, of all training images and with the extractor's
   * weights for this very split, and writes the model file.
   */
  public static ModelConfig execute(
      TrainingRequest request, Extraction features, Device device, TrainingListener listener)
      throws IOException {
    request.requireNothingToLose();
    return new TrainingRun(request, device, listener).execute(features);
  }

  /** The features that it shares with trainings of other models: of images as they are. */
  private Extraction extraction() throws IOException {
    ModelConfig config = request.config();
    Map<String, StoredTensor> weights =
        Extraction.weights(
            config.extractor(),
            config.preprocessing(),
            request.weights(),
            split.fit(),
            config.seed());
    return Extraction.of(
        config.extractor(),
        config.preprocessing(),
        weights,
        asTheyAre(),
        share(request.cacheBytes(), asTheyAre().size(), asTheyAre().size() + ownImages()),
        request.output().toAbsolutePath().getParent(),
        device,
        (done, of) -> {
          sharedHere = of;
          featuresReady = done;
          listener.featuresReady(done, of + ownImages());
        });
  }

  /** A method may want turned images only. */
  private List<Sample> asTheyAre() {
    boolean turned = method.trainingRotations() > 0 && method.testRotations() > 0;
    return turned ? List.of() : request.dataset().train();
  }

  private ModelConfig execute(Extraction features) throws IOException {
    ownBytes = Math.max(0, request.cacheBytes() - features.memoryBytes());
    try (AnomalyModel model = AnomalyModel.create(request.config(), features.weights()).on(device);
        FeatureCache fit =
            method.trainingRotations() == 0
                ? features.of(split.fit())
                : own(split.fit(), model.trainingShapes(), model::trainingFeatures);
        FeatureCache validation = heldOut(model, features, split.validation());
        FeatureCache calibration = heldOut(model, features, split.calibration());
        FeatureCache made = negatives(model)) {
      Optional<Negatives> paired =
          negatives.map(images -> new Negatives(made, images.labels(), images.byImage()));
      ModelConfig.TrainingFacts facts =
          new Trainer(
                  model,
                  request.training(),
                  fit,
                  validation,
                  paired,
                  Optional.of(request.checkpoint()),
                  listener)
              .run(request.resume());
      ModelConfig trained = request.config().withTraining(facts);
      trained = calibrated(trained, model, validation, calibration);
      model.save(request.output(), trained);
      Files.deleteIfExists(request.checkpoint());
      return trained;
    }
  }

  private FeatureCache heldOut(AnomalyModel model, Extraction features, List<Sample> samples)
      throws IOException {
    return method.testRotations() == 0
        ? features.of(samples)
        : own(samples, model.testShapes(), (image, number) -> model.testFeatures(image));
  }

  /** Features that only this training wants, of the image with that number. */
  private interface OwnFeatures {
    List<Tensor> of(Tensor image, int number);
  }

  private FeatureCache own(List<Sample> samples, List<long[]> shapes, OwnFeatures features)
      throws IOException {
    ImageBatches images = Extraction.batches(samples, request.config().preprocessing());
    return own(images, samples.size(), shapes, features);
  }

  private FeatureCache own(
      ImageBatches images, int count, List<long[]> shapes, OwnFeatures features)
      throws IOException {
    Path folder = request.output().toAbsolutePath().getParent();
    FeatureCache cache = new FeatureCache(shapes, share(ownBytes, count, ownImages()), folder);
    try {
      Extraction.oneByOne(
          images,
          image -> {
            cache.add(features.of(image, cache.size()));
            listener.featuresReady(++featuresReady, sharedHere + ownImages());
          });
      return cache;
    } catch (IOException | RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /** Features of the negatives, if there are any. */
  private FeatureCache negatives(AnomalyModel model) throws IOException {
    int count = negatives.map(NegativeImages::count).orElse(0);
    ImageBatches images =
        Extraction.batches(
            count, index -> negatives.orElseThrow().read(index), request.config().preprocessing());
    List<long[]> shapes =
        model.cost().featureShapes().stream().map(s -> new long[] {s[1], s[2], s[3]}).toList();
    return own(images, count, shapes, (image, number) -> model.features(image));
  }

  /** Images whose features only this training wants. */
  private int ownImages() {
    return (method.trainingRotations() > 0 ? split.fit().size() : 0)
        + (method.testRotations() > 0 ? split.heldOut().size() : 0)
        + negatives.map(NegativeImages::count).orElse(0);
  }

  /** The share of some bytes that so many of the images have. */
  private static long share(long bytes, int images, int all) {
    return (long) (bytes * (images / (double) Math.max(1, all)));
  }

  /**
   * With the law of the validation images, which the flow was not fitted to although they have
   * chosen the epoch, and the threshold of the calibration images, which have done nothing else.
   */
  private ModelConfig calibrated(
      ModelConfig config, AnomalyModel model, FeatureCache validation, FeatureCache calibration)
      throws IOException {
    CalibrationPlan plan = request.calibration();
    Calibrator calibrator = new Calibrator(model.device());
    SegmentationOptions test =
        calibrator
            .measured(config.segmentation(), plan.nullHypothesis(), latents(model, validation))
            .withLog10Epsilon(config.segmentation().log10Epsilon());
    if (plan.rate() == null || calibration.size() == 0) {
      return config.withSegmentation(test, null);
    }
    Calibration threshold = calibrator.threshold(test, plan.rate(), latents(model, calibration));
    return config.withSegmentation(test.withLog10Epsilon(threshold.log10Epsilon()), threshold);
  }

  private static GoodImages latents(AnomalyModel model, FeatureCache features) {
    return new GoodImages() {
      @Override
      public int count() {
        return features.size();
      }

      @Override
      public void read(int image, Reader reader) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          reader.read(AnomalyModel.views(model.testLatents(features.batch(image))));
        }
      }
    };
  }
}
