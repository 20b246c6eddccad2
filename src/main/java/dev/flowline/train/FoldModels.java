package dev.flowline.train;

import dev.flowline.calibration.InputStatistics;
import dev.flowline.data.Folds;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models of a cross-fitting, one for each fold, with the features of what they learn from and
 * of the fold that is held out. With a pretrained extractor they share one model, whose weights are
 * exchanged, and one extraction; an extractor that learns from the good images learns without the
 * fold.
 */
final class FoldModels implements AutoCloseable {
  private final TrainingRequest request;
  private final List<Sample> images;
  private final Folds folds;
  private final Extraction plain;
  private final Device device;
  private final Path folder;
  private final TrainingListener listener;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /**
   * Prepares the models of a cross-fitting.
   *
   * @param plain features of all images as they are, by the extractor of the final model
   * @param folder takes what does not fit into memory
   */
  FoldModels(
      TrainingRequest request,
      List<Sample> images,
      Folds folds,
      Extraction plain,
      Device device,
      Path folder,
      TrainingListener listener) {
    this.request = request;
    this.images = images;
    this.folds = folds;
    this.plain = plain;
    this.device = device;
    this.folder = folder;
    this.listener = listener;
  }

  /** Sees the model of each fold, with its final weights. */
  interface ShownModel {
    /** Sees a model, which is valid during this call only. */
    void fold(int fold, AnomalyModel model) throws IOException;
  }

  /** Returns the latents of each image; as the other one, but shows the models to nobody. */
  OutOfFold outOfFold(TrainableModel shared, List<CheckpointFile> checkpoints, boolean resume)
      throws IOException {
    return outOfFold(shared, checkpoints, resume, (fold, model) -> {});
  }

  /**
   * Returns the latents of each image by the model that has learned from the other folds.
   *
   * @param shared the final model, with its initial weights, which it has again afterwards
   * @param checkpoints of the folds
   * @param resume go on from these, if there are any
   * @param seen is called once for each fold
   * @throws TrainingDivergedException if a loss is not finite
   * @throws IOException if an image, a checkpoint or a feature cannot be read or kept
   */
  OutOfFold outOfFold(
      TrainableModel shared, List<CheckpointFile> checkpoints, boolean resume, ShownModel seen)
      throws IOException {
    Map<String, StoredTensor> initial = shared.learnedState();
    List<TrainableModel> models = new ArrayList<>();
    List<RunFeatures> features = new ArrayList<>();
    List<FoldLearner> learners = new ArrayList<>();
    for (int fold = 0; fold < folds.count(); fold++) {
      Split split = split(fold);
      Extraction extraction = learnsFromImages() ? extraction(split, fold) : plain;
      TrainableModel model = learnsFromImages() ? model(extraction) : shared;
      RunFeatures own = features(model, split, extraction);
      models.add(model);
      features.add(own);
      learners.add(
          opened(FoldLearner.of(model, request.training(), own, checkpoints.get(fold), listener)));
    }
    List<FoldTraining> trained = learners.stream().flatMap(FoldModels::training).toList();
    FoldsInStep.Chosen chosen =
        trained.isEmpty()
            ? null
            : new FoldsInStep(trained, request.training(), listener).run(resume);
    FeatureCache latents = latents(shared);
    try {
      for (int fold = 0; fold < folds.count(); fold++) {
        learners.get(fold).load();
        AnomalyModel model = models.get(fold).model();
        OutOfFold.add(latents, model, features.get(fold).validation());
        seen.fold(fold, model);
      }
    } catch (IOException | RuntimeException e) {
      latents.close();
      throw e;
    }
    shared.load(initial);
    return new OutOfFold(images, folds, latents, inputs(features), chosen);
  }

  private static Stream<FoldTraining> training(FoldLearner learner) {
    return learner instanceof FoldTraining training ? Stream.of(training) : Stream.empty();
  }

  private boolean learnsFromImages() {
    return request.config().extractor().create().learner().isPresent();
  }

  private Split split(int fold) {
    return new Split(
        folds.outside(fold).stream().map(images::get).toList(),
        folds.held().get(fold).stream().map(images::get).toList(),
        List.of());
  }

  private Extraction extraction(Split split, int fold) throws IOException {
    ModelConfig config = request.config();
    Map<String, StoredTensor> weights =
        Extraction.weights(
            config.extractor(),
            config.preprocessing(),
            request.weights(),
            split.fit(),
            config.seed());
    return opened(
        Extraction.of(
            config.extractor(),
            config.preprocessing(),
            weights,
            images,
            request.copies(split.fit()),
            request.cacheBytes() / folds.count(),
            folder,
            device,
            (done, of) -> listener.foldFeaturesReady(fold + 1, folds.count(), done, of)));
  }

  private TrainableModel model(Extraction extraction) {
    AnomalyModel model = AnomalyModel.create(request.config(), extraction.weights()).on(device);
    return opened(new TrainableModel(model));
  }

  private RunFeatures features(TrainableModel model, Split split, Extraction extraction)
      throws IOException {
    Optional<NegativeImages> negatives = NegativeImages.of(request, split.fit());
    int made = negatives.map(NegativeImages::count).orElse(0);
    int special = WantedImages.of(request.config().settings(), images, split, made).special();
    MemoryShares memory =
        new MemoryShares(request.cacheBytes() / folds.count(), Math.max(1, special));
    FeatureProgress progress = new FeatureProgress(special, TrainingListener.SILENT);
    return opened(RunFeatures.of(model, split, extraction, negatives, folder, memory, progress));
  }

  private FeatureCache latents(TrainableModel model) {
    List<long[]> shapes =
        model.model().shapes().latents().stream().map(s -> new long[] {s[1], s[2], s[3]}).toList();
    return new FeatureCache(shapes, request.cacheBytes(), folder);
  }

  private List<InputStatistics> inputs(List<RunFeatures> features) {
    InputStatistics[] inputs = new InputStatistics[images.size()];
    for (int fold = 0; fold < folds.count(); fold++) {
      List<Integer> held = folds.held().get(fold);
      var own = features.get(fold).inputs(held.stream().map(images::get).toList());
      for (int i = 0; i < held.size(); i++) {
        inputs[held.get(i)] = own.get(i);
      }
    }
    return List.of(inputs);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  @Override
  public void close() throws IOException {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
