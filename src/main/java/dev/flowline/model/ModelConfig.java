package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.RetiredThreshold;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.segmentation.SegmentationOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * All that says what a model is, but for its weights: from it and them the model is rebuilt. It is
 * stored as JSON in the model file.
 *
 * @param category what was learned, for people
 * @param settings of the model, of its kind's own type
 * @param seed of permutations and initial weights
 * @param segmentation the statistical test, its log10Epsilon included
 * @param calibration where log10Epsilon comes from; null where it was set by hand
 * @param history of the test: what it was before, oldest first; null for nothing
 * @param training how the weights came about; null for an untrained model
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelConfig(
    ModelKind model,
    String category,
    ExtractorConfig extractor,
    Preprocessing preprocessing,
    Method settings,
    long seed,
    SegmentationOptions segmentation,
    Calibration calibration,
    List<RetiredThreshold> history,
    TrainingFacts training) {

  public ModelConfig {
    history = history == null || history.isEmpty() ? null : List.copyOf(history);
    Objects.requireNonNull(model, "model");
    if (!model.method().isInstance(settings)) {
      throw new IllegalArgumentException(model + " cannot be set by " + settings);
    }
  }

  /** Without a history. */
  public ModelConfig(
      ModelKind model,
      String category,
      ExtractorConfig extractor,
      Preprocessing preprocessing,
      Method settings,
      long seed,
      SegmentationOptions segmentation,
      Calibration calibration,
      TrainingFacts training) {
    this(
        model,
        category,
        extractor,
        preprocessing,
        settings,
        seed,
        segmentation,
        calibration,
        null,
        training);
  }

  @JsonCreator
  static ModelConfig read(
      @JsonProperty("model") ModelKind model,
      @JsonProperty("category") String category,
      @JsonProperty("extractor") ExtractorConfig extractor,
      @JsonProperty("preprocessing") Preprocessing preprocessing,
      @JsonProperty("settings") JsonNode settings,
      @JsonProperty("seed") long seed,
      @JsonProperty("segmentation") SegmentationOptions segmentation,
      @JsonProperty("calibration") Calibration calibration,
      @JsonProperty("history") List<RetiredThreshold> history,
      @JsonProperty("training") TrainingFacts training) {
    return new ModelConfig(
        model,
        category,
        extractor,
        preprocessing,
        MethodSettings.read(model, settings),
        seed,
        segmentation,
        calibration,
        history,
        training);
  }

  /**
   * @param images number of good images that the flow was trained on
   * @param epochs run in all
   * @param selectedEpoch whose weights are kept, counted from 1
   * @param validationNll of the selected epoch by latent dimension, in nats; null without
   *     validation
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TrainingFacts(
      int images,
      int epochs,
      int selectedEpoch,
      int batchSize,
      double learningRate,
      double weightDecay,
      Double validationNll) {}

  public ModelConfig withSegmentation(SegmentationOptions options, Calibration origin) {
    return with(options, origin, history, training);
  }

  /** With another test; that of now goes to the history. */
  public ModelConfig recalibrated(SegmentationOptions options, Calibration origin, Instant now) {
    List<RetiredThreshold> all = new ArrayList<>(history == null ? List.of() : history);
    all.add(new RetiredThreshold(now.toString(), segmentation, calibration));
    return with(options, origin, all, training);
  }

  public ModelConfig withTraining(TrainingFacts facts) {
    return with(segmentation, calibration, history, facts);
  }

  private ModelConfig with(
      SegmentationOptions options,
      Calibration origin,
      List<RetiredThreshold> before,
      TrainingFacts facts) {
    return new ModelConfig(
        model, category, extractor, preprocessing, settings, seed, options, origin, before, facts);
  }
}
