package dev.flowline.train;

import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.CrossFitted;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.FoldLaws;
import dev.flowline.calibration.GoodImages;
import dev.flowline.data.Dataset;
import dev.flowline.data.Folds;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFile;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The models of the folds that are to be kept, for {@link dev.flowline.calibration.CvPlus}. That of
 * a fold is the model that a cross-fitted training makes of the images of all other folds: weights,
 * epoch and region law. So no image of the fold has any part in it, which is what the proof takes.
 *
 * <p>Each is written beside the model file as soon as it is trained, so that a stopped training
 * goes on with the next.
 */
final class KeptFolds implements AutoCloseable {
  private final TrainingRequest request;
  private final List<Sample> images;
  private final Folds folds;
  private final Device device;
  private final List<ModelConfig> configs = new ArrayList<>(); // by fold
  private final List<AnomalyModel> models = new ArrayList<>();
  private final List<TorchEncoder> encoders = new ArrayList<>();

  /** Prepares the trainings. */
  KeptFolds(TrainingRequest request, List<Sample> images, Folds folds, Device device) {
    this.request = request;
    this.images = images;
    this.folds = folds;
    this.device = device;
  }

  /**
   * Trains the models that a stopped run has not left.
   *
   * @param plain features of all images by the extractor of the final model
   */
  void train(Extraction plain, TrainingListener listener) throws IOException {
    boolean learnsFromImages = request.config().extractor().create().learner().isPresent();
    for (int fold = 0; fold < folds.count(); fold++) {
      TrainingRequest own = request(fold);
      TrainingRun run = new TrainingRun(own, (done, all) -> {});
      if (request.resume() && Files.exists(own.output()) && run.hasMade(config(own.output()))) {
        continue;
      }
      TrainingListener heard = listener.keptFold(fold + 1, folds.count(), run.split().fit().size());
      if (learnsFromImages) {
        run.fromImages(device, heard);
      } else {
        run.fromFeatures(plain, device, heard);
      }
    }
  }

  private static ModelConfig config(Path file) throws IOException {
    return ModelFile.read(file).config();
  }

  /** Returns the cross-fitted training of the images of all other folds. */
  private TrainingRequest request(int fold) {
    List<Sample> others = folds.outside(fold).stream().map(images::get).toList();
    TrainingRequest own =
        new TrainingRequest(
            request.config(),
            request.calibration().crossFitted(new CrossFitting(folds.count() - 1)),
            new Dataset(request.dataset().category(), others, List.of(), List.of()),
            request.weights(),
            0,
            request.training(),
            request.cacheBytes() / 2,
            request.keptFold(fold + 1),
            true,
            request.maker());
    return own.stopped().isPresent() ? own : own.anew();
  }

  /**
   * Opens the models.
   *
   * @param whole the final model, with whose extractor they work; closed after this
   */
  void open(AnomalyModel whole) throws IOException {
    for (int fold = 0; fold < folds.count(); fold++) {
      ModelFile file = ModelFile.read(request.keptFold(fold + 1));
      configs.add(file.config());
      models.add(whole.fold(file.config().segmentation(), file.tensors()));
      encoders.add(new TorchEncoder(models.get(fold)));
    }
  }

  /** Returns the models, by fold. */
  List<AnomalyModel> models() {
    return List.copyOf(models);
  }

  /** Returns the region laws by fold; null if the test has none. */
  List<FoldLaws> laws() {
    List<FoldLaws> laws =
        configs.stream().map(config -> FoldLaws.of(config.segmentation())).toList();
    return laws.stream().allMatch(Objects::nonNull) ? laws : null;
  }

  /** Returns the median of the epochs that the models have learned for; 0 if they were fitted. */
  int epochs() {
    List<Integer> all = configs.stream().map(own -> own.training().epochs()).sorted().toList();
    return all.get((all.size() - 1) / 2);
  }

  /** Returns the mean NLL of held-out images; empty if the models were fitted. */
  OptionalDouble meanHeldOutNll() {
    return configs.stream()
        .map(own -> own.training().validationNll())
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average();
  }

  /** Measures the test; each image has its number as an inspection by its fold's model has it. */
  CrossFitted test(SegmentationOptions wanted) throws IOException {
    return CrossFitted.ofKept(new Calibrator(device), wanted, laws(), folds, latents());
  }

  /** Returns the latents of all images, each by the model of its fold. */
  GoodImages latents() {
    return new GoodImages() {
      @Override
      public int count() {
        return images.size();
      }

      @Override
      public void read(int image, Reader reader) throws IOException {
        int fold = 0;
        while (!folds.held().get(fold).contains(image)) {
          fold++;
        }
        new EncodedImages(encoders.get(fold), request.config().preprocessing(), images, () -> {})
            .read(image, reader);
      }

      @Override
      public String name(int image) {
        return images.get(image).image().toString();
      }
    };
  }

  @Override
  public void close() {
    encoders.forEach(TorchEncoder::close);
    models.forEach(AnomalyModel::close);
  }
}
