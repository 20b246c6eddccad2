package dev.flowline.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.data.Split;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run of a comparison: one model to be trained with one seed on one category, and judged.
 *
 * @param weights files of pretrained weights
 * @param validation share of the training images that choose the epoch and measure the law
 * @param calibration where the test comes from
 * @param folder takes its model, log and report
 * @param settings all that the result depends on, for {@link RunFile}
 */
public record PlannedRun(
    Dataset dataset,
    ComparedModel model,
    ModelConfig config,
    TrainingConfig training,
    List<Path> weights,
    double validation,
    CalibrationPlan calibration,
    Path folder,
    JsonNode settings) {

  /**
   * The key of features: runs with the same key share theirs.
   *
   * @param learnedFrom the images and the seed that an extractor learned from; null if it came with
   *     its weights
   */
  public record FeaturesKey(
      String category,
      ExtractorConfig extractor,
      Preprocessing preprocessing,
      Object learnedFrom) {}

  /** Returns what its features depend on. */
  public FeaturesKey features() {
    boolean learns = config.extractor().create().learner().isPresent();
    return new FeaturesKey(
        dataset.category(),
        config.extractor(),
        config.preprocessing(),
        learns ? List.of(config.seed(), split()) : null);
  }

  /** Returns which of the training images are for what. */
  public Split split() {
    return TrainingRequest.split(dataset, validation, calibration, training.seed());
  }

  /** Returns the file of its model. */
  public Path modelFile() {
    return folder.resolve("model.flowline");
  }

  /**
   * Returns the result that an earlier process has kept; empty if the run has none, or has failed.
   *
   * @throws IOException naming the file, if what is there cannot be read
   */
  public Optional<ComparedRun> finished() throws IOException {
    RunFile there = RunFile.read(folder);
    return there != null && there.isFinished() ? Optional.of(there.result()) : Optional.empty();
  }

  /**
   * Returns why an earlier process has no result of it; empty if none has failed.
   *
   * @throws IOException naming the file, if what is there cannot be read
   */
  public Optional<String> failure() throws IOException {
    RunFile there = RunFile.read(folder);
    return there != null && there.isFailed()
        ? Optional.of(there.result().failure())
        : Optional.empty();
  }

  /** Returns the seed of its training. */
  public long seed() {
    return training.seed();
  }

  @Override
  public String toString() {
    return "%s, %s, seed %s".formatted(dataset.category(), model.label(), seed());
  }
}
