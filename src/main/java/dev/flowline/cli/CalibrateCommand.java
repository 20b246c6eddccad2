package dev.flowline.cli;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.calibration.GoodImageVariety;
import dev.flowline.calibration.GuardBandText;
import dev.flowline.calibration.Recalibrator;
import dev.flowline.certificate.Recalibration;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.export.NotedAnswers;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.OutputLock;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.runtime.RecordedTime;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
      "With --repeats, --synthetic-repeats or --review-rate parts near the threshold are UNDECIDED. Without --good the region law and the calibration images stay.",
      "",
      "The file keeps its earlier thresholds and tests as history, which 'flowline info --json' shows."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Option(
      names = "--good",
      arity = "1..*",
      paramLabel = "IMAGE|DIR",
      description = "Good images, or folders of good images.")
  private List<Path> good = List.of();

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
  @Mixin private MixOption mix;
  @Mixin private GuardBandOptions bands;
  @Mixin private ViewOptions view;
  @Mixin private LogbookOption logbook;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    requireOptions(); // before anything takes time
    overwrite.requireLeave(written());
    common.begins(good.isEmpty() ? "reading the model" : "reading the good images");
    CalibrationImages given = CalibrationImages.of("--good", good, common);
    GuardBandMeasurement guard = GuardBandMeasurement.of(bands, common);
    threads.load();
    try (OutputLock alone = OutputLock.ofFile(written(), "calibration");
        AnomalyModel opened = reading.open(model, program)) {
      overwrite.requireLeave(written()); // another process may have written it meanwhile
      logbook.requireOf(opened);
      opened.on(compute.device());
      UntrainedImages images = UntrainedImages.of(opened.config(), given.byDigest());
      Recalibrator.Recalibrated result =
          good.isEmpty() ? kept(opened.config()) : recalibrated(opened, images);
      CalibratedGuardBand band = guard.with(opened, result.test(), result.calibration(), seed);
      ModelConfig before = opened.config();
      ModelConfig after =
          before.recalibrated(
              result.test(),
              result.calibration(),
              band,
              RecordedTime.now(),
              images.digests(),
              guard.digests().distinct().toList());
      String digest = opened.save(written(), after, NotedAnswers.of(opened, after));
      warnings(result, before, band).forEach(this::warn);
      if (before.calibration() != null && before.calibration().keepsFolds()) {
        common
            .err()
            .println(
                "note: the models of the folds are left out: good images now calibrate the final model alone");
      }
      common.print(
          CalibrationAnswer.of(result, band, before, written(), given, images.leftOut()),
          out -> out.println(CalibrationAnswer.inWords(result, band, before, written())));
      boolean same = good.isEmpty() && isSameThreshold(before, result.test(), band);
      record(opened, digest, images, result.calibration(), same);
      NextCommand.inspect(written(), NextCommand.holdsProgram(opened), reading, common);
    }
    return Flowline.SUCCESS;
  }

  /** Appends the calibration to the logbook, if there is one. */
  private void record(
      AnomalyModel opened,
      String digest,
      UntrainedImages images,
      Calibration calibration,
      boolean sameThreshold)
      throws IOException {
    Recalibration anew =
        Recalibration.of(opened.digest().orElseThrow(), calibration, sameThreshold);
    logbook.record(opened, digest, images.digests(), good, anew);
  }

  /** Returns whether every part that is a DEFECT now was one before, at the same threshold. */
  private static boolean isSameThreshold(
      ModelConfig before, SegmentationOptions test, CalibratedGuardBand band) {
    double below = band == null ? 0 : band.below();
    double belowBefore = before.guardBand() == null ? 0 : before.guardBand().below();
    return test.log10Epsilon() == before.segmentation().log10Epsilon() && below >= belowBefore;
  }

  /** Refuses what is out of its bounds, or takes good images where none are named. */
  private void requireOptions() {
    mix.requireAlone(falseAlarms.rate());
    view.requireBounds();
    bands.require(!good.isEmpty(), falseAlarms);
    if (good.isEmpty() && (view.wanted() || mix.value() != null || hypothesis.given())) {
      throw new IllegalArgumentException(
          "another test, field of view or mix takes --good, by whose images it is measured");
    }
  }

  private Recalibrator.Recalibrated recalibrated(AnomalyModel opened, UntrainedImages images)
      throws IOException {
    images.inWords().ifPresent(line -> common.err().println("note: " + line));
    SegmentationOptions wanted = wanted(opened, images.samples());
    requireVariety(images.samples(), opened.config().preprocessing());
    return calibrated(opened, wanted, images.samples());
  }

  /** Returns the model's own calibration, at the requested rate if one was given. */
  private Recalibrator.Recalibrated kept(ModelConfig config) {
    Calibration own = config.calibration();
    if (own == null) {
      throw new IllegalArgumentException(
          "the model's threshold was set by hand: name good images with --good, which set it anew");
    }
    if (own.keepsFolds()) {
      throw new IllegalArgumentException(
          "the threshold of the model is by its %s kept folds, around which no guard band is measured: name good images with --good, which calibrates the final model alone and leaves the folds out"
              .formatted(own.crossFitting().folds()));
    }
    boolean asItIs = !falseAlarms.given() && !bands.hasRejectRate();
    Calibration calibration = asItIs ? own : own.at(bands.rejecting(falseAlarms));
    return new Recalibrator.Recalibrated(
        config.segmentation().withLog10Epsilon(calibration.log10Epsilon()), calibration, false, 0);
  }

  /** Returns the model's test with the requested changes, which the images must allow. */
  private SegmentationOptions wanted(AnomalyModel opened, List<Sample> images) throws IOException {
    SegmentationOptions before = opened.config().segmentation();
    SegmentationOptions seen = view.over(before, opened.shapes(), images, common);
    boolean otherZones = seen.zones() != null && !seen.zones().equals(before.zones());
    boolean looksElsewhere =
        otherZones || !Objects.equals(seen.fieldOfView(), before.fieldOfView());
    SegmentationOptions wanted =
        hypothesis.toBeMeasured(looksElsewhere ? seen.withLaw(null) : seen);
    boolean calibrated = hypothesis.wanted() == NullHypothesis.CALIBRATED;
    boolean needsLaw =
        hypothesis.calibratedGiven()
            || wanted.hasSmallestRegion()
            || (calibrated && looksElsewhere);
    if (!calibrated && wanted.hasSmallestRegion()) {
      throw new IllegalArgumentException(
          "--null CHI_SQUARE knows no smallest region: give --smallest-area 0 with it");
    }
    int enough = 2 * RegionLaw.LEAST_IMAGES;
    if (needsLaw && wanted.law() == null && images.size() < enough) {
      throw new IllegalArgumentException(
          "%s takes at least %s good images, half of them to measure the region law: --good names %s that it was not trained on"
              .formatted(
                  otherZones
                      ? "--zones"
                      : looksElsewhere
                          ? "another field of view"
                          : hypothesis.calibratedGiven() ? "--null CALIBRATED" : "--smallest-area",
                  enough,
                  images.size()));
    }
    return wanted;
  }

  /** Refuses images that show nothing or are all alike, before the work begins. */
  private void requireVariety(List<Sample> images, Preprocessing preprocessing) throws IOException {
    GoodImageVariety variety;
    try (Progress progress = Progress.on(common.err())) {
      ImagesDone each = (done, total) -> progress.step("reading", done, total, "");
      variety = CalibrationImages.variety(images, preprocessing, each);
    }
    variety.requireSomeVariety();
    variety.warnings().forEach(this::warn);
  }

  private Recalibrator.Recalibrated calibrated(
      AnomalyModel opened, SegmentationOptions wanted, List<Sample> images) throws IOException {
    Function<Sample, String> groups = mix.groups(images);
    try (Progress progress = Progress.on(common.err());
        Encoder encoder = new TorchEncoder(opened)) {
      Preprocessing preprocessing = opened.config().preprocessing();
      ImagesDone each = (done, total) -> progress.step("images", done, total, "");
      Runnable step = each.counter(images.size());
      return new Recalibrator(
              new Calibrator(opened.device()),
              samples -> new EncodedImages(encoder, preprocessing, samples, step))
          .run(
              wanted,
              hypothesis.wanted(),
              bands.rejecting(falseAlarms),
              images,
              seed,
              mix.value(),
              groups);
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

  /** Returns what a user must know who relies on the threshold. */
  private List<String> warnings(
      Recalibrator.Recalibrated result, ModelConfig before, CalibratedGuardBand band) {
    List<String> warnings = new ArrayList<>();
    FalseAlarmText.warning(result.calibration(), "name more good images with --good")
        .ifPresent(warnings::add);
    if (!good.isEmpty()
        && hypothesis.wanted() == NullHypothesis.CALIBRATED
        && result.test().law() == null) {
      warnings.add(
          "too few good images to calibrate the region test, which takes %s. The published chi-square test is used, which does not hold on real parts: expect missed defects"
              .formatted(2 * RegionLaw.LEAST_IMAGES));
    }
    if (band == null && before.guardBand() != null) {
      warnings.add(
          "the guard band of before was measured at another threshold and is gone: no part is UNDECIDED any more. Give --repeats, --synthetic-repeats or --review-rate again");
    }
    if (band != null) {
      GuardBandText.warning(band).ifPresent(warnings::add);
    }
    return warnings;
  }

  private void warn(String text) {
    common.err().println("warning: " + text);
  }
}
