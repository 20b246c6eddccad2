package dev.flowline.cli;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.calibration.Recalibrator;
import dev.flowline.cli.InspectionSources.ListedImage;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
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

  @Mixin private HypothesisOptions hypothesis;
  @Mixin private CalibrationOptions promise;
  @Mixin private DeviceOption compute;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    promise.rate(); // refuses what is out of its bounds before anything takes time
    List<Sample> images = images();
    common.useThreads();
    try (AnomalyModel opened = AnomalyModel.open(model)) {
      opened.on(compute.device());
      SegmentationOptions before = opened.config().segmentation();
      Recalibrator.Recalibrated result = calibrated(opened, images);
      ModelConfig config =
          opened.config().recalibrated(result.test(), result.calibration(), Instant.now());
      opened.save(written(), config);
      common.print(answer(result, before), out -> out.println(inWords(result, before)));
    }
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
    for (ListedImage source : InspectionSources.of(good, null)) {
      if (source.error() != null) {
        throw new IOException(source.error());
      }
      images.putIfAbsent(ContentDigest.of(source.file()), Sample.good(source.file()));
    }
    return List.copyOf(images.values());
  }

  private Recalibrator.Recalibrated calibrated(AnomalyModel opened, List<Sample> images)
      throws IOException {
    SegmentationOptions before = hypothesis.toBeMeasured(opened.config().segmentation());
    int enough = 2 * RegionLaw.LEAST_IMAGES;
    if (hypothesis.calibratedGiven() && before.law() == null && images.size() < enough) {
      throw new IllegalArgumentException(
          "--null CALIBRATED: half of the images measure a law of regions, which takes %d of them: there are %d of %d"
              .formatted(RegionLaw.LEAST_IMAGES, images.size(), enough));
    }
    try (Progress progress = Progress.on(common.err());
        Encoder encoder = new TorchEncoder(opened)) {
      ImagesDone each = (done, total) -> progress.step("images", done, total, "");
      Runnable step = each.counter(images.size());
      Preprocessing preprocessing = opened.config().preprocessing();
      return new Recalibrator(
              new Calibrator(opened.device()),
              samples -> new EncodedImages(encoder, preprocessing, samples, step))
          .run(before, hypothesis.wanted(), promise.rate(), images, seed);
    }
  }

  private Path written() {
    return output == null ? model : output;
  }

  /**
   * The answer of {@code calibrate --json}.
   *
   * @param asked the false-alarm rate that was requested
   * @param promised the false-alarm rate that is guaranteed
   * @param imagesMissing good images more that it takes to guarantee what was requested
   * @param lawImages images that measured the law of regions; 0 without one
   * @param imagesLeftOut images that measured a law which stays: they set no threshold of it
   */
  private record Answer(
      String modelFile,
      double log10Epsilon,
      double log10EpsilonBefore,
      FalseAlarmRate asked,
      double promised,
      int calibrationImages,
      int imagesMissing,
      NullHypothesis nullHypothesis,
      NullHypothesis nullHypothesisBefore,
      int lawImages,
      boolean lawIsNew,
      int imagesLeftOut) {}

  private Answer answer(Recalibrator.Recalibrated result, SegmentationOptions before) {
    SegmentationOptions now = result.test();
    Calibration calibration = result.calibration();
    return new Answer(
        written().toString(),
        now.log10Epsilon(),
        before.log10Epsilon(),
        calibration.requested(),
        calibration.guaranteed(),
        calibration.goodImages(),
        calibration.imagesMissing(),
        now.nullHypothesis(),
        before.nullHypothesis(),
        now.law() == null ? 0 : now.law().images(),
        result.lawIsNew(),
        result.leftOut());
  }

  private String inWords(Recalibrator.Recalibrated result, SegmentationOptions before) {
    SegmentationOptions now = result.test();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: log10Epsilon %.2f, before %.2f, from %s",
            written(),
            now.log10Epsilon(),
            before.log10Epsilon(),
            FalseAlarmText.of(result.calibration())));
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
    if (hypothesis.wanted() == NullHypothesis.CALIBRATED && now.law() == null) {
      lines.add(
          "fewer than %d images: too few to measure a law of regions, energies are taken for chi-square"
              .formatted(2 * RegionLaw.LEAST_IMAGES));
    }
    return String.join(System.lineSeparator(), lines);
  }
}
