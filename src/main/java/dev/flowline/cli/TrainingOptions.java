package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe;
import dev.flowline.train.ModelMaker;
import dev.flowline.train.Recipe;
import dev.flowline.train.Schedule;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of training, except the seed. */
@HelpGroup.In(HelpGroup.TRAINING)
final class TrainingOptions {
  private static final int PATIENCE = 20;
  private static final int PATIENCE_OF_FOLDS = 5; // whose mean NLL is of all good images

  @HelpGroup.In(HelpGroup.COMMON)
  @Option(
      names = "--weights",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Pretrained weights of the extractor: .safetensors, .pth or .bin files; patch-pca needs none (default: found in the folder that FLOWLINE_WEIGHTS names).")
  private List<Path> weights = List.of();

  @HelpGroup.In(HelpGroup.COMMON)
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over the training images (default: the model's recipe; that of u-flow depends on the category, and on whether it is cross-fitted).")
  private Integer epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images per training step (default: the model's recipe).")
  private Integer batch;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Learning rate of Adam (default: the model's recipe).")
  private Double learningRate;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "L2 penalty on all trained parameters (default: the model's recipe).")
  private Double weightDecay;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "Learning rate over time: ${COMPLETION-CANDIDATES} (default: the model's recipe).")
  private Schedule schedule;

  @Mixin private HeldOutOptions heldOut;
  @Mixin private CalibrationOptions falseAlarms;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Epochs without a better NLL of the images held out after which training stops; 0 for never (default: 20; 5 if it is cross-fitted).")
  private Integer patience;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Epochs from one checkpoint to the next (default: ${DEFAULT-VALUE}).")
  private int checkpointEvery;

  @Option(
      names = "--cache-memory",
      paramLabel = "GiB",
      description =
          "Memory for cached features; the others go to a file beside the model (default: a quarter of the machine's memory).")
  private Double cacheGib;

  /** Returns the options of a user who gives none. */
  static TrainingOptions usual() {
    TrainingOptions usual = new TrainingOptions();
    usual.checkpointEvery = 1;
    return usual;
  }

  /**
   * Returns the settings of a training: those that the user gave, the others by the recipe.
   *
   * @param crossFitted whether the images are few, and held out in turn
   * @throws IllegalArgumentException if the user gave any for a model that is fitted
   */
  TrainingConfig config(ModelKind kind, String category, long seed, boolean crossFitted) {
    boolean given =
        Stream.of(epochs, batch, learningRate, weightDecay, schedule).anyMatch(Objects::nonNull);
    if (given && Recipe.of(kind, category).isEmpty()) {
      throw new IllegalArgumentException(
          kind
              + " is fitted and not trained: leave out --epochs, --batch, --lr, --weight-decay and --schedule");
    }
    Optional<PublishedRecipe> recipe =
        crossFitted ? Recipe.ofFew(kind, category) : Recipe.of(kind, category);
    return recipe
        .map(found -> config(found, seed, crossFitted ? PATIENCE_OF_FOLDS : PATIENCE, Map.of()))
        .orElseGet(() -> TrainingConfig.fitted(seed));
  }

  /**
   * Returns the settings of a training: those of the model first, then those that the user gave,
   * the others as published. A model that is fitted takes the seed only.
   *
   * @param own epochs, batch and lr of the model, by these names
   * @throws IllegalArgumentException naming what is no number or out of its bounds, or if a model
   *     that is fitted has such settings of its own
   */
  TrainingConfig config(ModelKind kind, String category, long seed, Map<String, String> own) {
    Optional<PublishedRecipe> published = Recipe.of(kind, category);
    if (published.isPresent()) {
      return config(published.get(), seed, PATIENCE, own);
    }
    if (!own.isEmpty()) {
      throw new IllegalArgumentException(
          "--models: %s is fitted and not trained: leave out %s".formatted(kind, own.keySet()));
    }
    return TrainingConfig.fitted(seed);
  }

  private TrainingConfig config(
      PublishedRecipe published, long seed, int usualPatience, Map<String, String> own) {
    Integer ownEpochs = own(own, "epochs", Integer::valueOf, epochs);
    Integer ownBatch = own(own, "batch", Integer::valueOf, batch);
    Double ownRate = own(own, "lr", Double::valueOf, learningRate);
    PublishedRecipe.Adam adam = published.adam();
    if (ownRate != null) {
      adam = adam.withLearningRate(ownRate);
    }
    if (weightDecay != null) {
      adam = adam.withWeightDecay(weightDecay);
    }
    return new TrainingConfig(
        ownEpochs == null ? published.epochs() : ownEpochs,
        ownBatch == null ? published.batchSize() : ownBatch,
        adam,
        schedule == null ? published.rate() : schedule.rate(),
        published.gradientClip(),
        seed,
        checkpointEvery,
        patience == null ? usualPatience : patience);
  }

  private static <T> T own(
      Map<String, String> own, String name, Function<String, T> number, T common) {
    String value = own.get(name);
    try {
      return value == null ? common : number.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--models: %s is not a number: '%s'".formatted(name, value), e);
    }
  }

  /**
   * Returns the request for a training of a model.
   *
   * @throws IllegalArgumentException if the extractor or the flow cannot work as configured
   */
  TrainingRequest request(
      ModelConfig config,
      CalibrationPlan calibration,
      Dataset dataset,
      TrainingConfig training,
      Path output,
      boolean resume,
      ModelMaker maker) {
    return new TrainingRequest(
        config,
        calibration,
        dataset,
        weights,
        heldOut.validation(),
        training,
        cacheBytes(),
        output,
        resume,
        maker);
  }

  List<Path> weights() {
    return weights;
  }

  HeldOutOptions heldOut() {
    return heldOut;
  }

  double validation() {
    return heldOut.validation();
  }

  /**
   * Returns how the test is calibrated; images are held out for log10Epsilon unless the user gave
   * it.
   *
   * @throws IllegalArgumentException if the user gave both log10Epsilon and a false-alarm rate
   */
  CalibrationPlan calibration(ThresholdOptions test) {
    if (test.log10Epsilon() == null) {
      return new CalibrationPlan(test.nullHypothesis(), heldOut.calibration(), falseAlarms.rate());
    }
    if (falseAlarms.given()) {
      throw new IllegalArgumentException(
          "--log10-epsilon sets the threshold by hand: give either it, or --false-alarm-rate and --confidence");
    }
    return new CalibrationPlan(test.nullHypothesis(), 0, null);
  }

  long cacheBytes() {
    return CacheMemory.bytes(cacheGib);
  }
}
