package dev.flowline.cli;

import dev.flowline.cli.InspectionSources.Source;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
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
import java.util.ArrayList;
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
      "For another camera or another light: half of the images, drawn by --seed, measure the law, the others set log10Epsilon. The model must not have been trained on them. What the test was before stays in the file's history; 'flowline info' tells."
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
    Split split = split();
    common.useThreads();
    ModelConfig calibrated;
    try (AnomalyModel opened = AnomalyModel.open(model).on(compute.device());
        Progress progress = Progress.on(common.err())) {
      calibrated = calibrated(opened, split, progress);
      opened.save(output == null ? model : output, calibrated);
    }
    common.print(json(calibrated), out -> out.println(inWords(calibrated)));
    return Flowline.SUCCESS;
  }

  private Split split() throws IOException {
    for (Path source : good) {
      if (!Files.exists(source)) {
        throw new IOException("--good: there is no " + source);
      }
    }
    List<Sample> samples = new ArrayList<>();
    for (Source source : InspectionSources.of(good, null)) {
      if (source.error() != null) {
        throw new IOException(source.error());
      }
      samples.add(Sample.good(source.file()));
    }
    if (samples.size() < 2) {
      throw new IllegalArgumentException(
          "--good: it takes at least 2 images, there are " + samples.size());
    }
    // Nothing is left to learn from: that part joins the one for the threshold.
    Split drawn = Split.of(samples, 0.5, 0, seed);
    return new Split(List.of(), drawn.validation(), drawn.fit());
  }

  private ModelConfig calibrated(AnomalyModel opened, Split split, Progress progress)
      throws IOException {
    int images = split.validation().size() + split.calibration().size();
    int[] done = {0};
    Runnable step = () -> progress.step("images", ++done[0], images, "");
    Calibrator calibrator = new Calibrator(opened);
    SegmentationOptions before = test.over(opened.config().segmentation());
    try (ImageLatents law = new ImageLatents(opened, split.validation(), step);
        ImageLatents threshold = new ImageLatents(opened, split.calibration(), step)) {
      SegmentationOptions measured = calibrator.measured(before, test.nullModel(), law);
      Calibration calibration = calibrator.threshold(measured, promise.rate(), threshold);
      return opened
          .config()
          .recalibrated(
              measured.withLog10Epsilon(calibration.log10Epsilon()), calibration, Instant.now());
    }
  }

  private Map<String, Object> json(ModelConfig config) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("modelFile", (output == null ? model : output).toString());
    object.put("log10Epsilon", config.segmentation().log10Epsilon());
    object.put("log10EpsilonBefore", last(config).segmentation().log10Epsilon());
    object.put("falseAlarmRate", config.calibration().falseAlarmRate());
    object.put("askedRate", config.calibration().asked());
    object.put("imagesForThreshold", config.calibration().goodImages());
    object.put(
        "imagesForLaw",
        config.segmentation().law() == null ? 0 : config.segmentation().law().images());
    object.put("imagesMissing", config.calibration().imagesMissing());
    return object;
  }

  private static Recalibration last(ModelConfig config) {
    return config.history().get(config.history().size() - 1);
  }

  private String inWords(ModelConfig config) {
    return String.format(
        Locale.ROOT,
        "%s: log10Epsilon %.2f, before %.2f, from %s",
        output == null ? model : output,
        config.segmentation().log10Epsilon(),
        last(config).segmentation().log10Epsilon(),
        Promise.inWords(config.calibration()));
  }
}
