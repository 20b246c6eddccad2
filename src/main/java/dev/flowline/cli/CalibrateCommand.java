package dev.flowline.cli;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.RetiredThreshold;
import dev.flowline.cli.InspectionSources.Source;
import dev.flowline.data.Sample;
import dev.flowline.io.ContentDigest;
import dev.flowline.line.Recalibrator;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "For another camera or another light. Half of the images, drawn by --seed, set log10Epsilon, or as many as the rate needs, and the others measure the law of regions; where these are too few, a law that there is stays, and images that it was measured on are left out. The model must not have been trained on any of them. What the test was before stays in the file's history, which 'flowline info --json' shows."
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

  @Mixin private ThresholdOptions test;
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
    Recalibrator.Result result;
    try (AnomalyModel opened = AnomalyModel.open(model).on(compute.device());
        Progress progress = Progress.on(common.err())) {
      result = calibrated(opened, images, progress);
      opened.save(output == null ? model : output, result.config());
    }
    common.print(json(result), out -> out.println(inWords(result)));
    return Flowline.SUCCESS;
  }

  /** Each once, in whatever folders it or a copy of it lies. */
  private List<Sample> images() throws IOException {
    for (Path source : good) {
      if (!Files.exists(source)) {
        throw new IOException("--good: there is no " + source);
      }
    }
    Map<String, Sample> images = new LinkedHashMap<>();
    for (Source source : InspectionSources.of(good, null)) {
      if (source.error() != null) {
        throw new IOException(source.error());
      }
      images.putIfAbsent(ContentDigest.of(source.file()), Sample.good(source.file()));
    }
    return List.copyOf(images.values());
  }

  private Recalibrator.Result calibrated(
      AnomalyModel opened, List<Sample> images, Progress progress) throws IOException {
    SegmentationOptions before = test.toBeMeasured(opened.config().segmentation());
    int enough = 2 * RegionLaw.LEAST_IMAGES;
    if (test.lawAskedFor() && before.law() == null && images.size() < enough) {
      throw new IllegalArgumentException(
          "--null CALIBRATED: half of the images measure a law of regions, which takes %d of them: there are %d of %d"
              .formatted(RegionLaw.LEAST_IMAGES, images.size(), enough));
    }
    int[] done = {0};
    Runnable step = () -> progress.step("images", ++done[0], images.size(), "");
    return new Recalibrator(opened, step)
        .run(before, test.nullHypothesis(), promise.rate(), images, seed);
  }

  private Map<String, Object> json(Recalibrator.Result result) {
    Map<String, Object> object = new LinkedHashMap<>();
    SegmentationOptions now = result.config().segmentation();
    SegmentationOptions before = last(result.config()).segmentation();
    Calibration calibration = result.config().calibration();
    object.put("modelFile", (output == null ? model : output).toString());
    object.put("log10Epsilon", now.log10Epsilon());
    object.put("log10EpsilonBefore", before.log10Epsilon());
    object.put("asked", calibration.asked());
    object.put("promised", calibration.promised());
    object.put("calibrationImages", calibration.goodImages());
    object.put("imagesMissing", calibration.imagesMissing());
    object.put("nullHypothesis", now.nullHypothesis());
    object.put("nullModelBefore", before.nullHypothesis());
    object.put("lawImages", now.law() == null ? 0 : now.law().images());
    object.put("lawIsNew", result.lawIsNew());
    object.put("imagesLeftOut", result.leftOut());
    return object;
  }

  private static RetiredThreshold last(ModelConfig config) {
    return config.history().get(config.history().size() - 1);
  }

  private String inWords(Recalibrator.Result result) {
    SegmentationOptions now = result.config().segmentation();
    SegmentationOptions before = last(result.config()).segmentation();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: log10Epsilon %.2f, before %.2f, from %s",
            output == null ? model : output,
            now.log10Epsilon(),
            before.log10Epsilon(),
            Promise.inWords(result.config().calibration())));
    boolean same = now.nullHypothesis() == before.nullHypothesis() && !result.lawIsNew();
    lines.add(
        "test: %s (%s)"
            .formatted(
                ModelFacts.inWords(now),
                same ? "as before" : "before: " + ModelFacts.inWords(before)));
    if (result.leftOut() > 0) {
      lines.add(
          "%d images had measured the law, which stays as it is, and were left out"
              .formatted(result.leftOut()));
    }
    if (test.nullHypothesis() == NullHypothesis.CALIBRATED && now.law() == null) {
      lines.add(
          "fewer than %d images: too few to measure a law of regions, energies are taken for chi-square"
              .formatted(2 * RegionLaw.LEAST_IMAGES));
    }
    return String.join(System.lineSeparator(), lines);
  }
}
