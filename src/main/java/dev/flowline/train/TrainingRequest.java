package dev.flowline.train;

import dev.flowline.data.Dataset;
import dev.flowline.extractor.Backbone;
import dev.flowline.model.Cost;
import dev.flowline.model.ModelConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * A training from images to a model file.
 *
 * @param config what is to be trained, with the statistical test that it shall have
 * @param calibrate whether log10Epsilon is to come from held-out good images, see {@link
 *     dev.flowline.model.Calibration}, instead of from the configuration
 * @param weights files of pretrained weights; empty to look where the environment says
 * @param validationFraction of the good training images that the flow never sees, in [0, 1)
 * @param cacheBytes of features to keep in memory
 * @param output model file; the checkpoint and the run log are written beside it
 * @param resume go on from the checkpoint
 */
public record TrainingRequest(
    ModelConfig config,
    boolean calibrate,
    Dataset dataset,
    List<Path> weights,
    double validationFraction,
    TrainingConfig training,
    long cacheBytes,
    Path output,
    boolean resume) {
  /**
   * @throws IllegalArgumentException if the extractor or the flow cannot work as configured, or a
   *     number is out of its bounds
   */
  public TrainingRequest {
    weights = List.copyOf(weights);
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validationFraction must be in [0, 1), got " + validationFraction);
    }
    Backbone backbone = config.extractor().backbone();
    if (!weights.isEmpty() && backbone.networks().isEmpty()) {
      throw new IllegalArgumentException(
          backbone.id() + " learns from the training images: it takes no weights");
    }
    Cost.of(config); // refuses sizes that do not suit
  }

  /** Takes the state of the training every few epochs; gone once the model is written. */
  public Path checkpoint() {
    return beside(".checkpoint");
  }

  /** One JSON object a line. */
  public Path runLog() {
    return beside(".log.jsonl");
  }

  private Path beside(String suffix) {
    return output.resolveSibling(output.getFileName() + suffix);
  }
}
