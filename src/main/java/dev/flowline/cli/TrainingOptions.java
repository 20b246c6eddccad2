package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe;
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

/** How models are trained, but for the seed. */
@HelpGroup.In(HelpGroup.TRAINING)
final class TrainingOptions {
  /** The share of the good images that each part held out has, if nothing else is asked for. */
  static final String HELD_OUT = "0.15";

  @HelpGroup.In(HelpGroup.COMMON)
  @Option(
      names = "--weights",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Pretrained weights of the extractor, .safetensors, .pth or .bin (default: looked for in the folder that FLOWLINE_WEIGHTS names).")
  private List<Path> weights = List.of();

  @HelpGroup.In(HelpGroup.COMMON)
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over the images (default: the model's recipe, of u-flow the category's if it has one).")
  private Integer epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images per step (default: the model's recipe).")
  private Integer batch;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Learning rate of Adam (default: the model's recipe).")
  private Double learningRate;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "L2 on all that is trained (default: the model's recipe).")
  private Double weightDecay;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "Learning rate over time: ${COMPLETION-CANDIDATES} (default: the model's recipe, CONSTANT for u-flow).")
  private Schedule schedule;

  @HelpGroup.In(HelpGroup.THRESHOLD)
  @Option(
      names = "--validation",
      paramLabel = "X",
      defaultValue = HELD_OUT,
      description =
          "Share of the good training images that are held out, to choose the epoch and to measure the law of regions; 0 for none (default: 0.15).")
  private double validation;

  @HelpGroup.In(HelpGroup.THRESHOLD)
  @Option(
      names = "--calibration",
      paramLabel = "X",
      defaultValue = HELD_OUT,
      description =
          "Share of the good training images that are held out to set the threshold alone; 0 for none (default: 0.15).")
  private double calibration;

  @Mixin private CalibrationOptions promise;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Stop after N epochs without a better validation NLL; 0 for never (default: 20).")
  private int patience;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Epochs between checkpoints (default: 1).")
  private int checkpointEvery;

  @Option(
      names = "--cache-memory",
      paramLabel = "GiB",
      description =
          "Memory for cached features; the rest goes to a file beside the model (default: a quarter of the machine's).")
  private Double cacheGib;

  /**
   * Returns what was asked for, the rest as published.
   *
   * @throws IllegalArgumentException if a model that is fitted is asked to be trained
   */
  TrainingConfig config(ModelKind kind, String category, long seed) {
    boolean asked =
        Stream.of(epochs, batch, learningRate, weightDecay, schedule).anyMatch(Objects::nonNull);
    if (asked && Recipe.of(kind, category).isEmpty()) {
      throw new IllegalArgumentException(
          kind
              + " is fitted and not trained: leave out --epochs, --batch, --lr, --weight-decay and --schedule");
    }
    return config(kind, category, seed, Map.of());
  }

  /**
   * Returns what was asked for, the rest as published; of a model that is fitted, only the seed
   * matters.
   *
   * @param own epochs, batch and lr by these names, if they are to be others than asked for
   * @throws IllegalArgumentException naming what is no number or out of its bounds, or if a model
   *     that is fitted has such settings of its own
   */
  TrainingConfig config(ModelKind kind, String category, long seed, Map<String, String> own) {
    Optional<PublishedRecipe> published = Recipe.of(kind, category);
    if (published.isPresent()) {
      return config(published.get(), seed, own);
    }
    if (!own.isEmpty()) {
      throw new IllegalArgumentException(
          "--models: %s is fitted and not trained: leave out %s".formatted(kind, own.keySet()));
    }
    return TrainingConfig.fitted(seed);
  }

  private TrainingConfig config(PublishedRecipe published, long seed, Map<String, String> own) {
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
        patience);
  }

  private static <T> T own(
      Map<String, String> own, String name, Function<String, T> number, T asked) {
    String value = own.get(name);
    try {
      return value == null ? asked : number.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--models: %s must be a number, got '%s'".formatted(name, value), e);
    }
  }

  /**
   * A training of that model.
   *
   * @throws IllegalArgumentException if the extractor or the flow cannot work as configured
   */
  TrainingRequest request(
      ModelConfig config,
      ThresholdOptions test,
      Dataset dataset,
      TrainingConfig training,
      Path output,
      boolean resume) {
    return new TrainingRequest(
        config,
        calibration(test),
        dataset,
        weights,
        validation,
        training,
        cacheBytes(),
        output,
        resume);
  }

  List<Path> weights() {
    return weights;
  }

  double validation() {
    return validation;
  }

  /**
   * Where the test comes from; images are held out for log10Epsilon unless it was asked for.
   *
   * @throws IllegalArgumentException if both log10Epsilon and what it shall promise are asked for
   */
  CalibrationPlan calibration(ThresholdOptions test) {
    if (test.log10Epsilon() == null) {
      return new CalibrationPlan(test.nullHypothesis(), calibration, promise.rate());
    }
    if (promise.asked()) {
      throw new IllegalArgumentException(
          "--log10-epsilon sets the threshold by hand: leave it out, or --false-alarm-rate and --confidence");
    }
    return new CalibrationPlan(test.nullHypothesis(), 0, null);
  }

  long cacheBytes() {
    return CacheMemory.bytes(cacheGib);
  }
}
