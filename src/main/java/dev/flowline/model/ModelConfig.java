package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.RetiredThreshold;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.OneLine;
import dev.flowline.io.Preprocessing;
import dev.flowline.segmentation.SegmentationOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The configuration of a model: all that says what it is, but for its weights. Model files store it
 * as JSON and rebuild the model from it and the weights.
 *
 * @param category what was learned, for people
 * @param settings of the model, of its kind's own type
 * @param seed of permutations, initial weights and other drawings
 * @param segmentation the statistical test, its log10Epsilon included
 * @param calibration where log10Epsilon comes from; null if it was set by hand
 * @param guardBand around log10Epsilon; null if every part is decided about
 * @param history what the test was before, oldest first; null for nothing
 * @param training how the weights came about; null for an untrained model
 * @param provenance who made the model, and of what; null if that is not recorded
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
    CalibratedGuardBand guardBand,
    List<RetiredThreshold> history,
    TrainingFacts training,
    Provenance provenance) {

  public ModelConfig {
    if (history != null && history.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("history must have no null");
    }
    history = history == null || history.isEmpty() ? null : List.copyOf(history);
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(category, "category");
    Objects.requireNonNull(extractor, "extractor");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(segmentation, "segmentation");
    if (!model.method().isInstance(settings)) {
      throw new IllegalArgumentException(model + " cannot be set by " + settings);
    }
    if (calibration != null && calibration.keepsFolds()) {
      calibration.crossFitting().requireFit(segmentation);
      if (guardBand != null) {
        throw new IllegalArgumentException("a threshold by kept folds has no guard band");
      }
    }
  }

  /** The configuration of a model that is not trained yet. */
  public ModelConfig(
      ModelKind model,
      String category,
      ExtractorConfig extractor,
      Preprocessing preprocessing,
      Method settings,
      long seed,
      SegmentationOptions segmentation) {
    this(
        model,
        category,
        extractor,
        preprocessing,
        settings,
        seed,
        segmentation,
        null,
        null,
        null,
        null,
        null);
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
      @JsonProperty("guardBand") CalibratedGuardBand guardBand,
      @JsonProperty("history") List<RetiredThreshold> history,
      @JsonProperty("training") TrainingFacts training,
      @JsonProperty("provenance") Provenance provenance) {
    Objects.requireNonNull(model, "model");
    return new ModelConfig(
        model,
        category,
        extractor,
        preprocessing,
        MethodSettings.read(model, settings),
        seed,
        segmentation,
        calibration,
        guardBand,
        history,
        training,
        provenance);
  }

  /**
   * How a model's weights came about. For a method that is fitted, all but the images is 0.
   *
   * @param images number of good images that the model learned from
   * @param epochs run in all
   * @param selectedEpoch whose weights are kept, counted from 1
   * @param batchSize images per step
   * @param validationNll of the selected epoch per latent dimension, in nats; of a cross-fitted
   *     model the mean over the folds; null without validation
   * @param augment shifted copies of each image that it learned from too; null for none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TrainingFacts(
      int images,
      int epochs,
      int selectedEpoch,
      int batchSize,
      double learningRate,
      double weightDecay,
      Double validationNll,
      Integer augment) {
    /** Makes the facts of a training without copies of images. */
    public TrainingFacts(
        int images,
        int epochs,
        int selectedEpoch,
        int batchSize,
        double learningRate,
        double weightDecay,
        Double validationNll) {
      this(
          images, epochs, selectedEpoch, batchSize, learningRate, weightDecay, validationNll, null);
    }

    public TrainingFacts {
      if (augment != null && augment < 1) {
        throw new IllegalArgumentException("augment must be at least 1, got " + augment);
      }
      if (Math.min(Math.min(images, epochs), Math.min(selectedEpoch, batchSize)) < 0) {
        throw new IllegalArgumentException(
            "images, epochs, selectedEpoch and batchSize must be at least 0, got %s, %s, %s, %s"
                .formatted(images, epochs, selectedEpoch, batchSize));
      }
      if (!Double.isFinite(learningRate) || !Double.isFinite(weightDecay)) {
        throw new IllegalArgumentException(
            "learningRate and weightDecay must be finite, got %s and %s"
                .formatted(learningRate, weightDecay));
      }
    }

    /** The facts of a method that was fitted to so many images. */
    public static TrainingFacts fitted(int images) {
      return new TrainingFacts(images, 0, 0, 0, 0, 0, null);
    }

    /** Returns these facts with the NLL of images that were held out otherwise. */
    public TrainingFacts withValidationNll(double nll) {
      return new TrainingFacts(
          images, epochs, selectedEpoch, batchSize, learningRate, weightDecay, nll, augment);
    }

    /**
     * Returns these facts of a training that learned from copies of its images too.
     *
     * @param images without their copies
     * @param copies of each; 0 for none
     */
    public TrainingFacts withAugment(int images, int copies) {
      return new TrainingFacts(
          images,
          epochs,
          selectedEpoch,
          batchSize,
          learningRate,
          weightDecay,
          validationNll,
          copies == 0 ? null : copies);
    }

    /** Whether the method was fitted and not trained. */
    @JsonIgnore
    public boolean isFitted() {
      return epochs == 0;
    }
  }

  /** Returns this configuration with another preprocessing. */
  public ModelConfig withPreprocessing(Preprocessing other) {
    return with(
        other, settings, segmentation, calibration, guardBand, history, training, provenance);
  }

  /** Returns this configuration with other settings of its kind. */
  public ModelConfig withSettings(Method others) {
    return with(
        preprocessing, others, segmentation, calibration, guardBand, history, training, provenance);
  }

  /** Returns this configuration with another test, without a guard band; the history stays. */
  public ModelConfig withSegmentation(SegmentationOptions options, Calibration origin) {
    return with(preprocessing, settings, options, origin, null, history, training, provenance);
  }

  /** Returns this configuration once trained. */
  public ModelConfig withTraining(TrainingFacts facts) {
    return with(
        preprocessing, settings, segmentation, calibration, guardBand, history, facts, provenance);
  }

  /** Returns this configuration with a record of who made it. */
  public ModelConfig withProvenance(Provenance made) {
    return with(
        preprocessing, settings, segmentation, calibration, guardBand, history, training, made);
  }

  /**
   * Returns this configuration with another test; the present one goes to the history.
   *
   * @param band around its log10Epsilon; null if every part is decided about
   * @param images digests of the good images that the test comes from
   */
  public ModelConfig recalibrated(
      SegmentationOptions options,
      Calibration origin,
      CalibratedGuardBand band,
      Instant now,
      List<String> images) {
    return recalibrated(options, origin, band, now, images, List.of());
  }

  /**
   * Returns this configuration with another test; the present one goes to the history.
   *
   * @param band around its log10Epsilon; null if every part is decided about
   * @param images digests of the good images that the test comes from
   * @param guardBandImages digests of the images that the band comes from
   */
  public ModelConfig recalibrated(
      SegmentationOptions options,
      Calibration origin,
      CalibratedGuardBand band,
      Instant now,
      List<String> images,
      List<String> guardBandImages) {
    List<RetiredThreshold> all = new ArrayList<>(history == null ? List.of() : history);
    all.add(new RetiredThreshold(now.toString(), segmentation, calibration, guardBand));
    Provenance since = Provenance.calibrated(provenance, now, images, guardBandImages);
    return with(preprocessing, settings, options, origin, band, all, training, since);
  }

  /**
   * Returns whether its test, or one of its history, does not look at all regions of all places.
   */
  boolean hasView() {
    return tests().anyMatch(test -> test.fieldOfView() != null || test.smallestRegion() > 0);
  }

  /** Returns whether its test, or one of its history, has zones, a mix or was cross-fitted. */
  boolean hasZonesMixOrFolds() {
    Stream<Calibration> before =
        history == null ? Stream.of() : history.stream().map(RetiredThreshold::calibration);
    return tests().anyMatch(test -> test.zones() != null)
        || Stream.concat(Stream.ofNullable(calibration), before)
            .anyMatch(
                origin ->
                    origin != null && (origin.mix() != null || origin.crossFitting() != null));
  }

  /** Returns whether it learned from copies of its images too. */
  boolean isAugmented() {
    return training != null && training.augment() != null;
  }

  /** Returns whether its test, or one of its history, has a relative region law. */
  boolean hasRelativeLaw() {
    return tests().anyMatch(test -> test.law() != null && test.law().isRelative());
  }

  private Stream<SegmentationOptions> tests() {
    Stream<SegmentationOptions> before =
        history == null ? Stream.of() : history.stream().map(RetiredThreshold::segmentation);
    return Stream.concat(Stream.of(segmentation), before);
  }

  /** Returns whether its test, or one of its history, leaves parts undecided. */
  boolean hasGuardBand() {
    return guardBand != null
        || (history != null && history.stream().anyMatch(test -> test.guardBand() != null));
  }

  /**
   * Returns this configuration without paths of the machine that made it: a folder of textures
   * keeps its name only.
   */
  public ModelConfig withoutPaths() {
    if (settings instanceof ClFlow method && method.textures() != null) {
      return withSettings(method.withTextures(lastName(method.textures())));
    }
    return this;
  }

  /**
   * Returns the last name of a path, which may come from anybody and from another system: where
   * this process stands says nothing about it, so {@code ..} has no name.
   */
  private static String lastName(String path) {
    try {
      Path last = Path.of(path.replace('\\', '/')).normalize().getFileName();
      String name = last == null ? "" : OneLine.of(last.toString());
      return name.matches("\\.{0,2}") ? "?" : name;
    } catch (InvalidPathException e) {
      return "?";
    }
  }

  private ModelConfig with(
      Preprocessing input,
      Method method,
      SegmentationOptions options,
      Calibration origin,
      CalibratedGuardBand band,
      List<RetiredThreshold> before,
      TrainingFacts facts,
      Provenance made) {
    return new ModelConfig(
        model, category, extractor, input, method, seed, options, origin, band, before, facts,
        made);
  }
}
