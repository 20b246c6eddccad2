package dev.flowline.train;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.DigestedSplit;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.io.ContentDigest;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import dev.flowline.model.PublishedRecipe.Rate;
import dev.flowline.runtime.FlowlineVersion;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The record that a training leaves in the model file: {@link Provenance}. */
final class TrainingProvenance {
  private final TrainingRequest request;
  private final DigestedSplit images;
  private final List<Provenance.SourceFile> weights;

  private TrainingProvenance(
      TrainingRequest request, DigestedSplit images, List<Provenance.SourceFile> weights) {
    this.request = request;
    this.images = images;
    this.weights = weights;
  }

  /**
   * Makes the record of a training that has not begun yet: it takes the digests of the weights, and
   * checks every text.
   *
   * @throws IllegalArgumentException if a text cannot be recorded
   * @throws IOException naming the file, if the weights cannot be read
   */
  static TrainingProvenance of(TrainingRequest request, DigestedSplit images, Instant startedAt)
      throws IOException {
    TrainingProvenance record = new TrainingProvenance(request, images, weights(request));
    record.creation(request.maker().options(), startedAt);
    return record;
  }

  /** Returns a trained model's configuration with the record of its training, without paths. */
  ModelConfig over(ModelConfig trained, Device device, Instant startedAt) {
    Provenance.Creation creation = creation(options(request, device), startedAt);
    return trained.withoutPaths().withProvenance(new Provenance(creation));
  }

  private Provenance.Creation creation(Map<String, String> options, Instant startedAt) {
    return new Provenance.Creation(
        request.maker().command(),
        FlowlineVersion.current(),
        startedAt.toString(),
        request.maker().dataset(),
        weights,
        options,
        new Provenance.TrainingImages(images.fit(), images.validation(), images.calibration()));
  }

  private static List<Provenance.SourceFile> weights(TrainingRequest request) throws IOException {
    List<Provenance.SourceFile> files = new ArrayList<>();
    for (Path file :
        PretrainedWeights.files(
            request.config().extractor(), request.weights(), PretrainedWeights.folder())) {
      files.add(new Provenance.SourceFile(Provenance.name(file), ContentDigest.of(file)));
    }
    return files;
  }

  /** Returns what the result depends on besides the configuration, by the names of options. */
  private static Map<String, String> options(TrainingRequest request, Device device) {
    ModelConfig config = request.config();
    TrainingConfig training = request.training();
    CalibrationPlan plan = request.calibration();
    Map<String, String> options = new LinkedHashMap<>();
    options.put("seed", Long.toString(training.seed()));
    if (Recipe.of(config.model(), config.category()).isPresent()) { // it is trained, not fitted
      options.put("epochs", Integer.toString(training.epochs()));
      options.put("batch", Integer.toString(training.batchSize()));
      options.put("lr", Double.toString(training.adam().learningRate()));
      options.put("weight-decay", Double.toString(training.adam().weightDecay()));
      options.put("schedule", schedule(training.rate()));
      options.put("patience", Integer.toString(training.patience()));
    }
    if (training.augment() > 0) {
      options.put("augment", Integer.toString(training.augment()));
    }
    if (plan.crossFitting() == null) {
      options.put("validation", Double.toString(request.validationFraction()));
      options.put("calibration", Double.toString(plan.share()));
    } else {
      options.put("folds", Integer.toString(plan.crossFitting().folds()));
      if (plan.crossFitting().kept()) {
        options.put("keep-folds", "true");
      }
    }
    options.put("null", plan.nullHypothesis().name());
    if (plan.rate() != null) {
      options.put("false-alarm-rate", Double.toString(plan.rate().rate()));
      if (plan.rate().confidence() != null) {
        options.put("confidence", Double.toString(plan.rate().confidence()));
      }
    }
    int images = request.dataset().train().size();
    int groups = request.dataset().groupsToLearnFrom();
    if (groups < images) {
      options.put(Provenance.IMAGE_GROUPS, "%s images in %s groups".formatted(images, groups));
    }
    options.putAll(request.maker().options());
    options.put("device", device.toString());
    options.put("threads", Integer.toString(NativeRuntime.threads()));
    return options;
  }

  private static String schedule(Rate rate) {
    return Arrays.stream(Schedule.values())
        .filter(named -> named.rate().equals(rate))
        .findFirst()
        .map(Enum::name)
        .orElseGet(rate::toString);
  }
}
