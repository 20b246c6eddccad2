package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.calibration.GoodImageVariety;
import dev.flowline.calibration.Recalibrator;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.ListedImage;
import dev.flowline.io.OutputLock;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFacts;
import dev.flowline.runtime.RecordedTime;
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

/** Calibrates a model anew, by good images of the line as it is now. */
@Command(
    name = "calibrate",
    description =
        "Recalibrate the threshold and the region law of a model on new good images, without training.",
    footer = {
      "",
      "Use it if camera or light have changed. Images that the model was trained on are left out.",
      "",
      "The images are split at random. One half sets log10Epsilon, or more if the false-alarm rate needs more. The other half measures the region law. If that half is too small, an existing region law stays, and images that measured it are left out.",
      "",
      "The file keeps its earlier thresholds and tests as history, which 'flowline info --json' shows."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Option(
      names = "--good",
      required = true,
      arity = "1..*",
      paramLabel = "IMAGE|DIR",
      description = "Good images, or folders of good images.")
  private List<Path> good;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Model file to write; MODEL itself with --overwrite (default: NAME-calibrated beside MODEL).")
  private Path output;

  @Mixin private OverwriteOption overwrite;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the random split (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private HypothesisOptions hypothesis;
  @Mixin private CalibrationOptions falseAlarms;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  private ImageFiles listed;
  private int copies;

  @Override
  public Integer call() throws IOException {
    falseAlarms.rate(); // refuses what is out of its bounds before anything takes time
    overwrite.requireLeave(written());
    common.begins("reading the good images");
    Map<String, Sample> given = images();
    threads.load();
    try (OutputLock alone = OutputLock.ofFile(written(), "calibration");
        AnomalyModel opened = reading.open(model, program)) {
      overwrite.requireLeave(written()); // another process may have written it meanwhile
      opened.on(compute.device());
      SegmentationOptions before = opened.config().segmentation();
      UntrainedImages images = UntrainedImages.of(opened.config(), given);
      images.inWords().ifPresent(line -> common.err().println("note: " + line));
      Recalibrator.Recalibrated result = calibrated(opened, images.samples());
      GoodImageVariety variety = GoodImageVariety.of(result.calibration().inputs());
      variety.requireSomeVariety();
      ModelConfig config =
          opened
              .config()
              .recalibrated(
                  result.test(), result.calibration(), RecordedTime.now(), images.digests());
      opened.save(written(), config);
      variety.warnings().forEach(this::warn);
      warnings(result).forEach(this::warn);
      common.print(
          answer(result, before, images.leftOut()), out -> out.println(inWords(result, before)));
      NextCommand.inspect(written(), NextCommand.holdsProgram(opened), reading, common);
    }
    return Flowline.SUCCESS;
  }

  /**
   * Returns the images by their digests, each once, even if it or a copy of it lies in several
   * folders.
   */
  private Map<String, Sample> images() throws IOException {
    for (Path source : good) {
      if (!Files.exists(source)) {
        throw new IOException("--good: " + source + " does not exist");
      }
    }
    Map<String, Sample> images = new LinkedHashMap<>();
    listed = ImageFiles.list(good, null);
    LeftOutFiles.print(listed, common);
    for (ListedImage source : listed.images()) {
      if (source.error() != null) {
        throw new IOException(source.error());
      }
      images.putIfAbsent(ImageDigests.of(source.file()), Sample.good(source.file()));
    }
    copies = listed.images().size() - images.size();
    if (copies > 0) {
      common
          .err()
          .printf(
              "note: %s of %s images are copies of others, or named twice, and are left out%n",
              copies, listed.images().size());
    }
    return images;
  }

  private Recalibrator.Recalibrated calibrated(AnomalyModel opened, List<Sample> images)
      throws IOException {
    SegmentationOptions before = hypothesis.toBeMeasured(opened.config().segmentation());
    int enough = 2 * RegionLaw.LEAST_IMAGES;
    if (hypothesis.calibratedGiven() && before.law() == null && images.size() < enough) {
      throw new IllegalArgumentException(
          "--null CALIBRATED takes at least %s good images, half of them to measure the region law: --good names %s that it was not trained on"
              .formatted(enough, images.size()));
    }
    try (Progress progress = Progress.on(common.err());
        Encoder encoder = new TorchEncoder(opened)) {
      ImagesDone each = (done, total) -> progress.step("images", done, total, "");
      Runnable step = each.counter(images.size());
      Preprocessing preprocessing = opened.config().preprocessing();
      return new Recalibrator(
              new Calibrator(opened.device()),
              samples -> new EncodedImages(encoder, preprocessing, samples, step))
          .run(before, hypothesis.wanted(), falseAlarms.rate(), images, seed);
    }
  }

  /** Returns the file to write, by default {@code gear-calibrated.flowline} for gear.flowline. */
  private Path written() {
    if (output != null) {
      return output;
    }
    String name = model.getFileName().toString();
    int dot = name.lastIndexOf('.');
    int end = dot > 0 ? dot : name.length();
    return model.resolveSibling(name.substring(0, end) + "-calibrated" + name.substring(end));
  }

  /**
   * The answer of {@code calibrate --json}.
   *
   * @param log10EpsilonBefore the threshold until now
   * @param requested the requested false-alarm rate
   * @param guaranteed the guaranteed false-alarm rate
   * @param calibrationImages good images that set log10Epsilon
   * @param imagesMissing good images more that it takes to guarantee the requested rate
   * @param lawImages images that measured the region law; 0 without one
   * @param lawIsNew whether these images measured it
   * @param imagesLeftOut images that set no threshold, because they measured the law that stays
   * @param copiesLeftOut images that were left out, because they are copies of others or named
   *     twice
   * @param trainingImagesLeftOut images that were left out, because the model was trained on them;
   *     null if the model does not record its training images
   * @param filesLeftOut what lay in the folders and is no image; null for nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Answer(
      String modelFile,
      double log10Epsilon,
      double log10EpsilonBefore,
      @JsonProperty("asked") FalseAlarmRate requested,
      @JsonProperty("promised") double guaranteed,
      int calibrationImages,
      int imagesMissing,
      NullHypothesis nullHypothesis,
      NullHypothesis nullHypothesisBefore,
      int lawImages,
      boolean lawIsNew,
      int imagesLeftOut,
      int copiesLeftOut,
      Integer trainingImagesLeftOut,
      List<String> filesLeftOut) {}

  private Answer answer(
      Recalibrator.Recalibrated result, SegmentationOptions before, Integer trainingImages) {
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
        result.leftOut(),
        copies,
        trainingImages,
        LeftOutFiles.namesOf(listed));
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
          "left out: %s images that had measured the region law, which stays as it is"
              .formatted(result.leftOut()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** Returns what a user must know who relies on the threshold. */
  private List<String> warnings(Recalibrator.Recalibrated result) {
    List<String> warnings = new ArrayList<>();
    FalseAlarmText.warning(result.calibration(), "name more good images with --good")
        .ifPresent(warnings::add);
    if (hypothesis.wanted() == NullHypothesis.CALIBRATED && result.test().law() == null) {
      warnings.add(
          "too few good images to calibrate the region test, which takes %s. The published chi-square test is used, which does not hold on real parts: expect missed defects"
              .formatted(2 * RegionLaw.LEAST_IMAGES));
    }
    return warnings;
  }

  private void warn(String text) {
    common.err().println("warning: " + text);
  }
}
