package dev.flowline.train;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.CrossFitted;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.GoodImageVariety;
import dev.flowline.calibration.GoodImages;
import dev.flowline.data.DigestedSplit;
import dev.flowline.data.Folds;
import dev.flowline.data.Split;
import dev.flowline.export.NotedAnswers;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import dev.flowline.model.TrainableModel;
import dev.flowline.runtime.RecordedTime;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The way from a dataset to a model file: extractor, features, weights, threshold. */
public final class TrainingRun {
  private final TrainingRequest request;
  private final Instant startedAt;
  private final DigestedSplit images;
  private final Split split;
  private final TrainingProvenance provenance;
  private final List<Path> leftOver;

  /**
   * Prepares a training: reads the digests of its images and weights, so that the record of its
   * making cannot fail once it is trained. Writes nothing yet.
   *
   * @param read hears of each image whose digest is made
   * @throws IllegalArgumentException see {@link TrainingRequest#requireNothingToLose}; also if the
   *     request's {@link ModelMaker} has texts that a model file cannot record
   * @throws IOException naming the file, if an image or the weights cannot be read
   */
  public TrainingRun(TrainingRequest request, ImagesDone read) throws IOException {
    request.requireNothingToLose();
    this.request = request;
    Instant given = request.maker().date();
    startedAt = given == null ? RecordedTime.now() : given;
    images =
        request.calibration().crossFitting() == null
            ? DigestedSplit.of(request.split(), read)
            : DigestedSplit.distinct(request.split().fit(), read);
    split = images.split();
    provenance = TrainingProvenance.of(request, images, startedAt);
    leftOver = request.leftOver();
  }

  /**
   * Trains on the CPU; otherwise as {@link #execute(TrainingRequest, Device, TrainingListener)}.
   */
  public static ModelConfig execute(TrainingRequest request, TrainingListener listener)
      throws IOException {
    return execute(request, Device.CPU, listener);
  }

  /**
   * Trains and writes the model file: {@link #fromImages} at once.
   *
   * @throws IllegalArgumentException see {@link TrainingRequest#requireNothingToLose}
   */
  public static ModelConfig execute(
      TrainingRequest request, Device device, TrainingListener listener) throws IOException {
    return new TrainingRun(request, (done, all) -> {}).fromImages(device, listener);
  }

  /** Which training images the model learns from, and what the others are for. */
  public Split split() {
    return split;
  }

  /** Returns whether a model is what this training makes, whenever that was. */
  boolean hasMade(ModelConfig other) {
    Provenance made = provenance.over(request.config(), Device.CPU, startedAt).provenance();
    if (other.provenance() == null || other.provenance().created() == null) {
      return false;
    }
    Provenance.Creation wanted = made.created();
    Provenance.Creation found = other.provenance().created();
    Map<String, String> options = new LinkedHashMap<>(found.options());
    options.put("device", wanted.options().get("device"));
    return options.equals(wanted.options())
        && found.flowline().equals(wanted.flowline())
        && found.images().equals(wanted.images())
        && found.weights().equals(wanted.weights())
        && other.model() == request.config().model()
        && other.settings().equals(made(request.config()))
        && other.extractor().equals(request.config().extractor())
        && other.preprocessing().equals(request.config().preprocessing());
  }

  private static Method made(ModelConfig config) {
    return config.withoutPaths().settings();
  }

  /** The number of images that are left out, since they are copies of other images. */
  public int copies() {
    return images.copies();
  }

  /**
   * Trains and writes the model file. Then its checkpoints are removed, and what is {@linkplain
   * TrainingRequest#leftOver left over} of other plans.
   *
   * @param device where extractor and method compute
   * @return the configuration that was written
   * @throws IOException naming the file, if an image, the weights, a texture, the checkpoint or the
   *     model cannot be read or written; also if all good images are constant, or copies of one
   * @throws TrainingDivergedException if the loss is not finite
   */
  public ModelConfig fromImages(Device device, TrainingListener listener) throws IOException {
    Execution execution = new Execution(device, listener);
    try (Extraction features = execution.extraction()) {
      return execution.run(features);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Trains on features that were extracted before and writes the model file; otherwise as {@link
   * #fromImages}.
   *
   * @param features of all training images as they are, by an extractor whose weights are those of
   *     this very split; stays the caller's
   */
  public ModelConfig fromFeatures(Extraction features, Device device, TrainingListener listener)
      throws IOException {
    return new Execution(device, listener).run(features);
  }

  /**
   * Extracts the features of all training images as they are, for {@link #screen} and {@link
   * #fromFeatures}.
   *
   * @throws IOException naming the file, if an image or the weights cannot be read
   */
  public Extraction extraction(Device device, TrainingListener listener) throws IOException {
    return new Execution(device, listener).extraction();
  }

  /**
   * Trains the models of the folds alone, and passes the judgement of each good image, by the model
   * that did not see it, to {@link TrainingListener#screened}. Writes no model file; the
   * checkpoints of the folds stay.
   *
   * @param features of all training images as they are; stays the caller's
   * @throws IllegalStateException if the request asks for no cross-fitting
   */
  public void screen(Extraction features, Device device, TrainingListener listener)
      throws IOException {
    if (request.calibration().crossFitting() == null) {
      throw new IllegalStateException("a screening takes the folds of a cross-fitting");
    }
    new Execution(device, listener).screen(features);
  }

  /** One execution, with what it extracts and reports. */
  private final class Execution {
    private final ModelConfig config = request.config();
    private final Path folder = request.output().toAbsolutePath().getParent();
    private final Device device;
    private final TrainingListener listener;
    private final Optional<NegativeImages> negatives;
    private final WantedImages wanted;
    private final FeatureProgress progress;
    private CheckpointFile checkpoint = CheckpointFile.at(request.checkpoint(), startedAt);

    Execution(Device device, TrainingListener listener) throws IOException {
      this.device = device;
      this.listener = listener;
      negatives = NegativeImages.of(request, split.fit());
      int made = negatives.map(NegativeImages::count).orElse(0);
      wanted = WantedImages.of(config.settings(), request.dataset().train(), split, made);
      progress = new FeatureProgress(wanted.special(), listener);
    }

    /** Extracts the features of images as they are. */
    Extraction extraction() throws IOException {
      Map<String, StoredTensor> weights =
          Extraction.weights(
              config.extractor(),
              config.preprocessing(),
              request.weights(),
              split.fit(),
              config.seed());
      MemoryShares memory = new MemoryShares(request.cacheBytes(), wanted.count());
      return Extraction.of(
          config.extractor(),
          config.preprocessing(),
          weights,
          wanted.plain(),
          request.copies(split.fit()),
          memory.of(wanted.plain().size()),
          folder,
          device,
          progress::plainReady);
    }

    ModelConfig run(Extraction plain) throws IOException {
      MemoryShares memory =
          MemoryShares.left(request.cacheBytes(), plain.memoryBytes(), wanted.special());
      AnomalyModel model = AnomalyModel.create(config, plain.weights()).on(device);
      try (TrainableModel learning = new TrainableModel(model);
          RunFeatures features =
              RunFeatures.of(learning, split, plain, negatives, folder, memory, progress)) {
        GoodImageVariety variety = GoodImageVariety.of(features.inputs(request.dataset().train()));
        variety.requireSomeVariety();
        variety.warnings().forEach(listener::warned);
        CrossFitting folds = request.calibration().crossFitting();
        return folds != null && folds.kept()
            ? kept(model, learning, features, plain)
            : saved(
                model,
                folds == null
                    ? heldOut(model, learning, features)
                    : crossFitted(model, learning, features, plain),
                List.of());
      }
    }

    private ModelConfig saved(AnomalyModel model, ModelConfig made, List<AnomalyModel> folds)
        throws IOException {
      ModelConfig trained = provenance.over(made, device, checkpoint.startedAt());
      model.save(request.output(), trained, folds, NotedAnswers.of(model, trained));
      for (List<Path> states : List.of(request.checkpoints(), leftOver)) {
        for (Path state : states) {
          Files.deleteIfExists(state);
        }
      }
      return trained;
    }

    /** Trains the models of the folds, by which the test is, and then one with all images. */
    private ModelConfig kept(
        AnomalyModel model, TrainableModel learning, RunFeatures features, Extraction plain)
        throws IOException {
      CalibrationPlan plan = request.calibration();
      try (KeptFolds folds = new KeptFolds(request, split.fit(), folds(), device)) {
        folds.train(plain, listener);
        folds.open(model);
        CrossFitted test = folds.test(config.segmentation());
        screened(folds.latents(), test);
        listener.foldsDone(folds.epochs());
        int epochs = folds.epochs() == 0 ? request.training().epochs() : folds.epochs();
        ModelConfig.TrainingFacts facts =
            learned(learning, features, new FinalTraining(request.training(), epochs));
        OptionalDouble nll = folds.meanHeldOutNll();
        Calibration threshold =
            test.calibration(plan.rate(), plan.crossFitting().withLaws(folds.laws()));
        ModelConfig made =
            config
                .withTraining(nll.isPresent() ? facts.withValidationNll(nll.getAsDouble()) : facts)
                .withSegmentation(
                    test.test().withLog10Epsilon(threshold.log10Epsilon()), threshold);
        return saved(model, made, folds.models());
      }
    }

    private ModelConfig heldOut(AnomalyModel model, TrainableModel learning, RunFeatures features)
        throws IOException {
      TrainingConfig training = request.training();
      ModelConfig trained =
          config.withTraining(
              learned(learning, features, new FinalTraining(training, training.epochs())));
      return HeldOutCalibration.of(
          trained,
          request.calibration(),
          model,
          features.validation(),
          features.calibration(),
          features.inputs(split.calibration()));
    }

    void screen(Extraction plain) throws IOException {
      if (!plain.inputs().isEmpty()) { // a method that turns all images extracts them itself
        GoodImageVariety.of(List.copyOf(plain.inputs().values())).requireSomeVariety();
      }
      AnomalyModel model = AnomalyModel.create(config, plain.weights()).on(device);
      try (TrainableModel learning = new TrainableModel(model);
          FoldModels models = foldModels(plain);
          OutOfFold out = models.outOfFold(learning, foldCheckpoints(), request.resume())) {
        screened(
            out.goodImages(device), out.test(config.segmentation(), request.calibration(), device));
      }
    }

    private Folds folds() {
      int count = request.calibration().crossFitting().folds();
      return Folds.of(groups(), count, request.training().seed());
    }

    private FoldModels foldModels(Extraction plain) {
      return new FoldModels(request, split.fit(), folds(), plain, device, folder, listener);
    }

    private List<CheckpointFile> foldCheckpoints() {
      return IntStream.rangeClosed(1, request.calibration().crossFitting().folds())
          .mapToObj(fold -> CheckpointFile.at(request.checkpoint(fold), startedAt))
          .toList();
    }

    /** Trains without each fold in turn, which gives the test, and then with all images. */
    private ModelConfig crossFitted(
        AnomalyModel model, TrainableModel learning, RunFeatures features, Extraction plain)
        throws IOException {
      CalibrationPlan plan = request.calibration();
      List<CheckpointFile> checkpoints = foldCheckpoints();
      try (FoldModels models = foldModels(plain);
          OutOfFold out = models.outOfFold(learning, checkpoints, request.resume())) {
        checkpoint = CheckpointFile.at(request.checkpoint(), checkpoints.get(0).startedAt());
        CrossFitted test = out.test(config.segmentation(), plan, device);
        FinalTraining last = finalTraining(out);
        screened(out.goodImages(device), test);
        listener.foldsDone(out.chosen() == null ? 0 : last.lastEpoch());
        ModelConfig.TrainingFacts facts = learned(learning, features, last);
        Calibration threshold = test.calibration(plan.rate(), plan.crossFitting());
        return config
            .withTraining(
                out.chosen() == null
                    ? facts
                    : facts.withValidationNll(out.chosen().meanHeldOutNll()))
            .withSegmentation(test.test().withLog10Epsilon(threshold.log10Epsilon()), threshold);
      }
    }

    private FinalTraining finalTraining(OutOfFold out) {
      TrainingConfig ofFolds = request.training();
      return out.chosen() == null // fitted
          ? new FinalTraining(ofFolds, ofFolds.epochs())
          : FinalTraining.of(config.settings(), ofFolds, out.chosen().epoch(), out.folds());
    }

    private void screened(GoodImages latents, CrossFitted test) throws IOException {
      Calibrator calibrator = new Calibrator(device);
      listener.screened(
          new Screening(
              split.fit(),
              test.images(),
              image -> calibrator.fusedMap(config.segmentation(), latents, image)));
    }

    /** The groups of images that stay in one fold: those of a patient or a clip. */
    private List<Object> groups() {
      return split.fit().stream().map(CalibrationChoice::group).toList();
    }

    private ModelConfig.TrainingFacts learned(
        TrainableModel learning, RunFeatures features, FinalTraining training) throws IOException {
      return learner(learning, features, training)
          .run(request.resume())
          .withAugment(split.fit().size(), request.training().augment());
    }

    private Learner learner(TrainableModel learning, RunFeatures features, FinalTraining training) {
      return Learner.of(
          learning,
          training.config(),
          training.lastEpoch(),
          features.training(),
          features.validation(),
          features.negatives(),
          checkpoint,
          listener);
    }
  }
}
