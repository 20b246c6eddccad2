package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.ForegroundKind;
import dev.flowline.detectability.DefectDesign;
import dev.flowline.detectability.DefectTrial;
import dev.flowline.detectability.DetectabilityFolder;
import dev.flowline.detectability.DetectabilityPage;
import dev.flowline.detectability.DetectabilityPlan;
import dev.flowline.detectability.DetectabilityResult;
import dev.flowline.detectability.DetectabilityStudy;
import dev.flowline.detectability.DetectabilityTable;
import dev.flowline.detectability.FalseAlarms;
import dev.flowline.detectability.PodCurve;
import dev.flowline.detectability.RealDefects;
import dev.flowline.detectability.RealTrial;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.KnownImages;
import dev.flowline.model.ModelFacts;
import dev.flowline.page.Numbers;
import dev.flowline.runtime.FlowlineVersion;
import dev.flowline.runtime.RecordedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the smallest defect that a model finds. */
@Command(
    name = "detectability",
    description =
        "Measure the smallest defect that a model finds: the probability of detection against size, with bounds, from made-up defects on good images, and from real ones.",
    footer = {
      "",
      "A defect is found if the verdict is DEFECT and a detected region touches it. Images that the model was trained or calibrated with are left out.",
      "",
      "Without MODEL, the command prints how many defects a curve takes."
    })
final class DetectabilityCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "Model file.")
  private Path model;

  @Option(
      names = "--good",
      arity = "1..*",
      paramLabel = "IMAGE|DIR",
      description =
          "Good images, or folders of good images (default: the good test images of --data).")
  private List<Path> good = List.of();

  @Mixin private RealDefectOptions real;
  @Mixin private DefectOptions defects;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Folder for detectability.html, which prints on A4, detectability.json, detectability.csv and defects.csv (default: no report).")
  private Path report;

  @Mixin private ThresholdOptions test;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  private final Map<String, String> facts = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    real.requireData();
    defects.design(1000); // refuses what is out of its bounds before anything takes time
    if (model == null) {
      if (!good.isEmpty() || real.given() || report != null) {
        throw new IllegalArgumentException(
            "%s takes MODEL, the model that is measured"
                .formatted(!good.isEmpty() ? "--good" : real.given() ? "--data" : "--report"));
      }
      DetectabilityPlan plan = DetectabilityPlan.usual();
      common.print(plan, out -> plan.inWords().forEach(out::println));
      return Flowline.SUCCESS;
    }
    if (good.isEmpty() && !real.given()) {
      throw new IllegalArgumentException(
          "MODEL takes --good, good images that it has not seen, or --data, a dataset with good test images");
    }
    LaterFailure unwritten = new LaterFailure();
    try (OutputLock alone = OutputLock.ofReport(report, "detectability", unwritten)) {
      measure(unwritten);
    }
    return Flowline.SUCCESS;
  }

  private void measure(LaterFailure unwritten) throws IOException {
    Dataset dataset = real.given() ? real.read(common) : null;
    common.begins("listing the good images");
    Map<String, Sample> given =
        CalibrationImages.of(
                "--good",
                good.isEmpty()
                    ? dataset.testOf(Sample.GOOD).stream().map(Sample::image).toList()
                    : good,
                common)
            .byDigest();
    threads.load();
    try (AnomalyModel opened = reading.open(model, program)) {
      KnownImages known = KnownImages.ofAllUses(opened.config());
      List<Path> images = unseen(given, known);
      opened.on(compute.device());
      ModelFacts.caution(opened).ifPresent(why -> common.err().println("note: " + why));
      try (Inspector inspector = new Inspector(opened, test.over(opened.config().segmentation()));
          Progress progress = Progress.on(common.err())) {
        test.noteOfGuardBand(inspector, common);
        if (inspector.calibration() == null) {
          common
              .err()
              .println(
                  "note: the threshold was not calibrated, so that it guarantees no rate of false alarms: 'flowline calibrate' sets one that does");
        }
        DetectabilityStudy study =
            new DetectabilityStudy(
                inspector, images, (done, of) -> progress.step("good images", done, of, ""));
        List<RealTrial> realTrials =
            dataset == null
                ? List.of()
                : study.real(
                    defective(dataset, known),
                    (done, of) -> progress.step("real defects", done, of, ""));
        DefectDesign design =
            defects.design(study.shorterSide()).about(RealDefects.contrast(realTrials));
        List<DefectTrial> trials =
            study.run(
                design, defects.foreground(), (done, of) -> progress.step("defects", done, of, ""));
        progress.close();
        addFacts(opened, inspector, study, design, images.size());
        answer(inspector, study, design, trials, realTrials, unwritten);
      }
    }
  }

  /** Returns the images that the model has not used. */
  private List<Path> unseen(Map<String, Sample> given, KnownImages known) {
    known.unrecorded("--good holds").ifPresent(why -> common.err().println("note: " + why));
    Map<String, Sample> left = new LinkedHashMap<>(given);
    left.keySet().removeAll(known.digests());
    int used = given.size() - left.size();
    if (left.isEmpty()) {
      throw new IllegalArgumentException(
          given.isEmpty()
              ? "there is no good image: name some with --good"
              : "--good: all %s were used in %s of the model, which proves nothing on them: take good images that it has not seen"
                  .formatted(Numbers.count(used, "image"), known.use()));
    }
    known
        .leftOutInWords(used, given.size())
        .ifPresent(words -> common.err().println("note: --good: " + words));
    return left.values().stream().map(Sample::image).toList();
  }

  private List<Sample> defective(Dataset dataset, KnownImages known) throws IOException {
    List<Sample> all = new ArrayList<>();
    for (Sample sample : dataset.test()) {
      if (!sample.isGood() && !known.contains(sample.image())) {
        all.add(sample);
      }
    }
    long masks = all.stream().filter(Sample::hasGroundTruth).count();
    if (masks == 0) {
      throw new IllegalArgumentException(
          "--data: %s has no defective test image with a mask: leave out --data, or add masks"
              .formatted(dataset.category()));
    }
    return all;
  }

  private void answer(
      Inspector inspector,
      DetectabilityStudy study,
      DefectDesign design,
      List<DefectTrial> trials,
      List<RealTrial> realTrials,
      LaterFailure unwritten)
      throws IOException {
    DetectabilityResult result =
        DetectabilityResult.of(
            DecidingModel.fileName(model),
            facts,
            defects.pixelPitch(),
            FalseAlarms.of(inspector.calibration(), study.measuredFalseAlarms()),
            design,
            trials,
            realTrials);
    if (design.perCurve() < PodCurve.LEAST_TRIALS) {
      common
          .err()
          .println(
              "note: %s defects per curve are fewer than the %s that MIL-HDBK-1823A takes, so that bounds are wide: --defects sets their number"
                  .formatted(design.perCurve(), PodCurve.LEAST_TRIALS));
    }
    common.print(result, out -> out.print(new DetectabilityTable(result)));
    unwritten.throwIfAny();
    if (report != null) {
      DetectabilityPage page =
          new DetectabilityPage(
              result,
              design.mainContrast(),
              study.examples(),
              GalleryPictures.read(study.anImage(), inspector.model().config().preprocessing()));
      common
          .err()
          .println("report: " + DetectabilityFolder.write(report, page, trials, realTrials));
    }
  }

  private void addFacts(
      AnomalyModel opened,
      Inspector inspector,
      DetectabilityStudy study,
      DefectDesign design,
      int images) {
    facts.putAll(DecidingModel.facts(model, opened, inspector));
    facts.put("good images", Integer.toString(images));
    facts.put(
        "made-up defects",
        "%s of each kind and contrast, sizes from %s to %s pixels, seed %s"
            .formatted(
                design.perCurve(),
                Numbers.brief(design.smallest()),
                Numbers.brief(design.largest()),
                design.seed()));
    facts.put(
        "contrasts",
        design.contrasts().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    facts.put(
        "places",
        study.showsObject() && defects.foreground() == ForegroundKind.AUTO
            ? "on the object"
            : "anywhere in the field of view");
    if (defects.pixelPitch() != null) {
      facts.put("pixel pitch", defects.pixelPitch() + " mm");
    }
    facts.put("measured", RecordedTime.now() + ", by Flowline " + FlowlineVersion.current());
  }
}
