package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.PublishedRecipe;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.train.Recipe;
import dev.flowline.train.Schedule;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Learns a model from good images. */
@Command(name = "train", description = "Learn a model from good images.")
final class TrainCommand implements Callable<Integer> {
  private static final SegmentationOptions TEST =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);

  @Mixin private DatasetOptions data;
  @Mixin private NetworkOptions network;
  @Mixin private TestOptions test;
  @Mixin private DeviceOption compute;
  @Mixin private CommonOptions common;

  @Option(
      names = "--weights",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Pretrained weights of the extractor, .safetensors, .pth or .bin (default: looked for in the folder that FLOWLINE_WEIGHTS names).")
  private List<Path> weights = List.of();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over the images (default: the model's recipe, of u-flow the category's if it has one).")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Images by step (default: likewise).")
  private Integer batch;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Learning rate of Adam (default: likewise).")
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

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of weights, order and splits: same seed, same bits (default: 0).")
  private long seed;

  @Option(
      names = "--validation",
      paramLabel = "X",
      defaultValue = "0.1",
      description =
          "Share of the good training images that are held out, to choose the epoch and to set log10Epsilon; 0 for none (default: 0.1).")
  private double validation;

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

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Model file to write, FILE.flowline; checkpoint and run log go beside it.")
  private Path output;

  @Option(names = "--resume", description = "Go on from the checkpoint of a run that was stopped.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    Dataset dataset = data.read(common);
    TrainingRequest request = request(dataset);
    common.useThreads();
    TrainingReport report = TrainingReport.run(request, compute.device(), common);
    common.print(json(report.config()), out -> print(out, report.config(), report.seconds()));
    return Flowline.SUCCESS;
  }

  private TrainingRequest request(Dataset dataset) throws IOException {
    ModelConfig config = network.config(dataset.category(), seed, test.over(TEST));
    TrainingConfig training = training(Recipe.of(config.model(), dataset.category()));
    return new TrainingRequest(
        config,
        test.log10Epsilon() == null,
        dataset,
        weights,
        validation,
        training,
        CacheMemory.bytes(cacheGib),
        output,
        resume);
  }

  /** What was asked for, the rest as published. */
  private TrainingConfig training(PublishedRecipe published) {
    PublishedRecipe.Adam adam = published.adam();
    if (learningRate != null) {
      adam = adam.withLearningRate(learningRate);
    }
    if (weightDecay != null) {
      adam = adam.withWeightDecay(weightDecay);
    }
    return new TrainingConfig(
        epochs == null ? published.epochs() : epochs,
        batch == null ? published.batchSize() : batch,
        adam,
        schedule == null ? published.rate() : schedule.rate(),
        published.gradientClip(),
        seed,
        checkpointEvery,
        patience);
  }

  private Map<String, Object> json(ModelConfig config) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("modelFile", output.toString());
    object.put("config", config);
    return object;
  }

  private void print(PrintWriter out, ModelConfig config, double seconds) {
    var training = config.training();
    out.printf(
        Locale.ROOT,
        "%s: %s of %s, %d epochs in %.0f s, weights of epoch %d%n",
        output,
        config.model().title(),
        config.category(),
        training.epochs(),
        seconds,
        training.selectedEpoch());
    if (config.calibration() != null) {
      out.printf(
          Locale.ROOT,
          "log10Epsilon %.2f from %d held-out good images: at most 1 false-alarm image in %d is to be expected%n",
          config.segmentation().log10Epsilon(),
          config.calibration().goodImages(),
          config.calibration().goodImages() + 1);
    } else {
      out.printf(
          Locale.ROOT,
          "log10Epsilon %.2f%s%n",
          config.segmentation().log10Epsilon(),
          test.log10Epsilon() != null
              ? ""
              : ", as if latents of good parts were white noise: --validation would measure them");
    }
  }
}
