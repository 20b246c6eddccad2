package dev.flowline.cli;

import dev.flowline.cli.InspectionSources.Source;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.line.CalibrationShares;
import dev.flowline.line.Calibrator;
import dev.flowline.line.ImageLatents;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Calibration;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Recalibration;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a model's test anew, by good images of the line as it is now. */
@Command(
    name = "calibrate",
    description = "Measure a deployed model's law of regions and threshold anew, without training.",
    footer = {
      "",
      "For another camera or another light. Half of the images, drawn by --seed, set log10Epsilon, or as many as the rate needs, and the others measure the law; where they are too few for both, a law that there is stays. The model must not have been trained on them. What the test was before stays in the file's history, which 'flowline info --json' shows."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Option(
      names = "--good",
      required = true,
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of good images, or images.")
  private List<Path> good;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Model file to write (default: MODEL itself).")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of the draw (default: 0).")
  private long seed;

  @Mixin private TestOptions test;
  @Mixin private CalibrationOptions promise;
  @Mixin private DeviceOption compute;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    if (test.log10Epsilon() != null) {
      throw new IllegalArgumentException(
          "--log10-epsilon: calibrate sets it; ask for --false-alarm-rate");
    }
    promise.rate(); // refuses what is out of its bounds before anything takes time
    List<Sample> images = images();
    common.useThreads();
    ModelConfig calibrated;
    try (AnomalyModel opened = AnomalyModel.open(model).on(compute.device());
        Progress progress = Progress.on(common.err())) {
      calibrated = calibrated(opened, images, progress);
      opened.save(output == null ? model : output, calibrated);
    }
    common.print(json(calibrated), out -> out.println(inWords(calibrated)));
    return Flowline.SUCCESS;
  }

  /** Each once, in whatever folders it lies. */
  private List<Sample> images() throws IOException {
    for (Path source : good) {
      if (!Files.exists(source)) {
        throw new IOException("--good: there is no " + source);
      }
    }
    Map<Path, Sample> images = new LinkedHashMap<>();
    for (Source source : InspectionSources.of(good, null)) {
      if (source.error() != null) {
        throw new IOException(source.error());
      }
      images.putIfAbsent(source.file().toRealPath(), Sample.good(source.file()));
    }
    return List.copyOf(images.values());
  }

  private ModelConfig calibrated(AnomalyModel opened, List<Sample> images, Progress progress)
      throws IOException {
    SegmentationOptions before = test.toBeMeasured(opened.config().segmentation());
    CalibrationShares shares =
        CalibrationShares.of(images.size(), test.nullModel(), promise.rate(), before.law() != null);
    double lawShare = (double) shares.law() / images.size();
    Split drawn = Split.of(images, lawShare, 0, seed); // nothing is left to learn from
    int[] done = {0};
    Runnable step = () -> progress.step("images", ++done[0], images.size(), "");
    Calibrator calibrator = new Calibrator(opened);
    try (ImageLatents law = new ImageLatents(opened, drawn.validation(), step);
        ImageLatents threshold = new ImageLatents(opened, drawn.fit(), step)) {
      SegmentationOptions measured =
          shares.law() == 0 ? before : calibrator.measured(before, test.nullModel(), law);
      Calibration calibration = calibrator.threshold(measured, promise.rate(), threshold);
      return opened
          .config()
          .recalibrated(
              measured.withLog10Epsilon(calibration.log10Epsilon()), calibration, Instant.now());
    }
  }

  private Map<String, Object> json(ModelConfig config) {
    Map<String, Object> object = new LinkedHashMap<>();
    SegmentationOptions now = config.segmentation();
    SegmentationOptions before = last(config).segmentation();
    object.put("modelFile", (output == null ? model : output).toString());
    object.put("log10Epsilon", now.log10Epsilon());
    object.put("log10EpsilonBefore", before.log10Epsilon());
    object.put("null", now.nullModel());
    object.put("nullBefore", before.nullModel());
    object.put("asked", config.calibration().asked());
    object.put("promised", config.calibration().promised());
    object.put("imagesForThreshold", config.calibration().goodImages());
    object.put("imagesForLaw", now.law() == null ? 0 : now.law().images());
    object.put("lawIsNew", now.law() != null && !now.law().equals(before.law()));
    object.put("imagesMissing", config.calibration().imagesMissing());
    return object;
  }

  private static Recalibration last(ModelConfig config) {
    return config.history().get(config.history().size() - 1);
  }

  private String inWords(ModelConfig config) {
    SegmentationOptions now = config.segmentation();
    SegmentationOptions before = last(config).segmentation();
    String test = ModelFacts.inWords(now);
    String was = ModelFacts.inWords(before);
    return String.format(
        Locale.ROOT,
        "%s: log10Epsilon %.2f, before %.2f, from %s%ntest: %s (%s)",
        output == null ? model : output,
        now.log10Epsilon(),
        before.log10Epsilon(),
        Promise.inWords(config.calibration()),
        test,
        was.equals(test) ? "as before" : "before: " + was);
  }
}
