package dev.flowline.train;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.data.Split;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.NetworkShapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A training from images to a model file.
 *
 * @param config what is to be trained, with the statistical test that it shall have
 * @param calibration where the test comes from
 * @param weights files of pretrained weights; empty to look where the environment says
 * @param validationFraction of the good training images that choose the epoch and on which the law
 *     of regions is measured, in [0, 1)
 * @param cacheBytes of features to keep in memory
 * @param output model file; the checkpoint and the run log are written beside it
 * @param resume go on from the checkpoint
 * @param maker what the model file says of its making, besides what this request says
 */
public record TrainingRequest(
    ModelConfig config,
    CalibrationPlan calibration,
    Dataset dataset,
    List<Path> weights,
    double validationFraction,
    TrainingConfig training,
    long cacheBytes,
    Path output,
    boolean resume,
    ModelMaker maker) {
  /** Makes the request of a program that embeds Flowline. */
  public TrainingRequest(
      ModelConfig config,
      CalibrationPlan calibration,
      Dataset dataset,
      List<Path> weights,
      double validationFraction,
      TrainingConfig training,
      long cacheBytes,
      Path output,
      boolean resume) {
    this(
        config,
        calibration,
        dataset,
        weights,
        validationFraction,
        training,
        cacheBytes,
        output,
        resume,
        ModelMaker.LIBRARY);
  }

  /**
   * Checks the request.
   *
   * @throws IllegalArgumentException if the extractor or the flow cannot work as configured, a
   *     number is out of its bounds, or the output is a folder
   */
  public TrainingRequest {
    weights = List.copyOf(weights);
    if (Files.isDirectory(output)) {
      throw new IllegalArgumentException("output must be a file, " + output + " is a folder");
    }
    Split.of(List.of(), validationFraction, calibration.share(), 0); // refuses shares out of bounds
    PretrainedWeights.requireUse(config.extractor(), weights);
    NetworkShapes.of(config); // refuses sizes that do not suit
  }

  /** Which of the training images the model learns from, and what the others are for. */
  public Split split() {
    return split(dataset, validationFraction, calibration, training);
  }

  /** The split of a training, before there is a whole request. */
  public static Split split(
      Dataset dataset,
      double validationFraction,
      CalibrationPlan calibration,
      TrainingConfig training) {
    return Split.of(dataset.train(), validationFraction, calibration.share(), training.seed());
  }

  /**
   * The file that takes the state of the training every few epochs; gone once the model is written.
   */
  public Path checkpoint() {
    return beside(".checkpoint");
  }

  /** The run log: one JSON object per line. */
  public Path runLog() {
    return beside(".log.jsonl");
  }

  /** Whether there is a checkpoint and the training goes on from it. */
  public boolean resumes() {
    return resume && Files.exists(checkpoint());
  }

  /**
   * Requires that neither a stopped run nor a finished one is lost by mistake.
   *
   * @throws IllegalArgumentException if there is a checkpoint that is not asked for, or one is
   *     asked for where the model is finished
   */
  public void requireNothingToLose() {
    boolean stopped = Files.exists(checkpoint());
    if (stopped && !resume) {
      throw new IllegalArgumentException(
          "%s holds %s of an earlier run: add --resume, or delete it"
              .formatted(checkpoint(), epochs(checkpoint())));
    }
    if (!stopped && resume && Files.exists(output)) {
      throw new IllegalArgumentException(
          "%s is finished already: there is no %s to resume from; give --overwrite in place of --resume to train anew"
              .formatted(output, checkpoint().getFileName()));
    }
  }

  private static String epochs(Path checkpoint) {
    try {
      return "epoch " + Checkpoint.read(checkpoint).header().epoch();
    } catch (IOException e) {
      return "a damaged state";
    }
  }

  private Path beside(String suffix) {
    return output.resolveSibling(output.getFileName() + suffix);
  }
}
