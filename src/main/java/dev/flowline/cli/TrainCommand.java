package dev.flowline.cli;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.calibration.SuspectRule;
import dev.flowline.data.Dataset;
import dev.flowline.data.Fingerprints;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.io.FileNames;
import dev.flowline.io.ImagesDone;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.NetworkShapes;
import dev.flowline.model.StoredNetwork;
import dev.flowline.page.Numbers;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.train.CalibrationChoice;
import dev.flowline.train.Extraction;
import dev.flowline.train.ModelMaker;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model on good images. */
@Command(name = "train", description = "Train a model on good images.")
final class TrainCommand implements Callable<Integer> {
  private static final String MORE_IMAGES =
      "add good images: from %s different ones on, all take turns"
          .formatted(CalibrationChoice.FEWEST_IMAGES);

  @Mixin private DatasetOptions data;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      completionCandidates = CompletionWords.Models.class,
      defaultValue = "u-flow",
      description =
          "Kind of model: a name that 'flowline info models' lists (default: ${DEFAULT-VALUE}).")
  private String model;

  @Mixin private ExtractorOption extractor;
  @Mixin private NetworkOptions network;
  @Mixin private ThresholdOptions test;
  @Mixin private TrainingOptions training;
  @Mixin private GroupsOption groups;
  @Mixin private SuspectOptions suspects;
  @Mixin private CrossFittingOptions crossFitting;
  @Mixin private ViewOptions view;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions images;
  @Mixin private CommonOptions common;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Seed of initial weights, image order and split; the same seed gives the same model (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Model file to write; its checkpoint and run log go beside it.")
  private Path output;

  @Option(names = "--resume", description = "Continue a stopped training from its checkpoint.")
  private boolean resume;

  @HelpGroup.In(HelpGroup.RESEARCH)
  @Option(
      names = "--augment",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Learn from N copies of each image too, shifted by up to 2 %% of each side, with up to 5 %% more or less light; memory and time grow by N + 1 (default: ${DEFAULT-VALUE}).")
  private int augment;

  @Mixin private OverwriteOption overwrite;

  private CalibrationChoice choice;

  @Override
  public Integer call() throws IOException {
    SuspectRule rule = suspects.rule();
    Dataset dataset = groups.over(List.of(data.read(common)), common).get(0);
    TrainingRequest whole = request(dataset);
    requireLeave(whole);
    threads.load();
    Fingerprints prints = fingerprints(dataset);
    TrainingRequest request = anew(whole, grouped(dataset, prints), Map.of());
    SuspectReport found =
        new SuspectReport(
            output, rule, suspects.leaveOut(), prints, request.config().preprocessing(), common);
    TrainingReport report = trained(request, found);
    warnings(request, report.config()).forEach(text -> common.err().println("warning: " + text));
    long bytes = Files.size(output);
    common.print(
        WrittenModel.of(output, report.config()),
        out -> print(out, report.config(), tooFewToTakeTurns(request), report.seconds(), bytes));
    if (suspects.leaveOut()) {
      found
          .guaranteeInWords(report.config().calibration())
          .ifPresent(text -> common.err().println("note: " + text));
    }
    showNext(dataset, report.config());
    report.log().throwIfAny();
    return Flowline.SUCCESS;
  }

  private void showNext(Dataset dataset, ModelConfig config) throws IOException {
    boolean ownNetwork = config.extractor().network() != null;
    boolean program =
        ownNetwork && StoredNetwork.read(output).map(StoredNetwork::program).orElse(false);
    if (dataset.test().isEmpty()) {
      NextCommand.inspect(output, program, images, common);
    } else {
      NextCommand.evaluate(output, data, program, images, common);
    }
  }

  /** Returns the small pictures of the training images, by which photos of one part are found. */
  private Fingerprints fingerprints(Dataset dataset) throws IOException {
    try (Progress progress = Progress.on(common.err())) {
      ImagesDone read = LateProgress.of(progress, "comparing the images", System::nanoTime);
      return Fingerprints.of(dataset.train().stream().map(Sample::image).toList(), read);
    }
  }

  /** Returns the dataset with photos of one part kept together, and says which they are. */
  private Dataset grouped(Dataset dataset, Fingerprints prints) {
    List<List<Path>> alike = prints.nearDuplicates();
    if (!alike.isEmpty()) {
      int images = alike.stream().mapToInt(List::size).sum();
      common
          .err()
          .printf(
              "note: %s of %s training images are near-duplicates, such as several photos of one part, in %s; none is held out from what learns from another: %s%n",
              images,
              dataset.train().size(),
              Numbers.count(alike.size(), "group"),
              FileNames.of(alike.stream().flatMap(List::stream).toList()));
    }
    Dataset together = dataset.grouped(alike);
    int before = dataset.groupsToLearnFrom();
    int after = together.groupsToLearnFrom();
    if (groups.given() && after < before) {
      common
          .err()
          .printf(
              "note: near-duplicates join groups of --groups: %s are kept together in place of %s%n",
              after, before);
    }
    return together;
  }

  private TrainingReport trained(TrainingRequest request, SuspectReport found) throws IOException {
    if (!suspects.leaveOut()) {
      noteOfLeftOver(request);
      try (StopSignals.Hint stopped = StopSignals.hint(() -> goOn(request.stopped().isPresent()))) {
        return TrainingReport.run(
            request, () -> requireLeave(request), compute.device(), common, found::screened);
      }
    }
    SuspectScreening screening = SuspectScreening.before(request);
    try (StopSignals.Hint stopped =
        StopSignals.hint(() -> goOn(screening.isStopped() || request.stopped().isPresent()))) {
      return trainedWithout(request, screening, found);
    }
  }

  /** Trains without the suspects and their copies, once models of the folds have found them. */
  private TrainingReport trainedWithout(
      TrainingRequest request, SuspectScreening screening, SuspectReport found) throws IOException {
    try (Extraction features = screening.run(compute.device(), found::screened, common)) {
      Set<Path> leftOut = ImageDigests.withCopies(found.suspects(), request.dataset().train());
      noteOfCopies(leftOut.size() - found.suspects().size());
      Map<String, String> options =
          Map.of(
              suspects.inEffect(),
              suspects.value(),
              "suspects-left-out",
              Integer.toString(leftOut.size()));
      TrainingRequest kept = anew(request, request.dataset().without(leftOut), options);
      noteOfLeftOver(kept);
      boolean learnsFromImages = kept.config().extractor().create().learner().isPresent();
      TrainingReport report =
          learnsFromImages
              ? TrainingReport.run(kept, compute.device(), common)
              : TrainingReport.run(kept, features, compute.device(), common);
      screening.deleteCheckpoints();
      return report;
    }
  }

  /** Prints that copies of suspects are left out, which the screening counts once. */
  private void noteOfCopies(int copies) {
    if (copies > 0) {
      common
          .err()
          .printf(
              "note: %s of what looks defective %s left out too%n",
              Numbers.count(copies, "byte-identical training image"), copies == 1 ? "is" : "are");
    }
  }

  /** Prints which files of a stopped run this one does not go on from. */
  private void noteOfLeftOver(TrainingRequest request) throws IOException {
    List<Path> left = new ArrayList<>(request.leftOver());
    if (suspects.leaveOut()) {
      left.removeAll(SuspectScreening.before(request).request().checkpoints());
    }
    if (!left.isEmpty()) {
      common
          .err()
          .println(
              "note: an earlier run that was stopped left what this one does not go on from; it is removed once the model is written: "
                  + FileNames.of(left.stream().map(Path::getFileName).toList()));
    }
  }

  /** Returns how to go on with a training that is stopped now. */
  private String goOn(boolean atCheckpoint) {
    return atCheckpoint
        ? "stopped; this goes on from the last checkpoint: "
            + (resume ? common.typed() : common.typed("--resume"))
        : "stopped before the first checkpoint; this begins anew: " + common.typed();
  }

  /** Refuses a finished model that must not be replaced. */
  private void requireLeave(TrainingRequest request) {
    if (!resume && request.stopped().isEmpty()) {
      overwrite.requireLeave(output);
    }
  }

  private TrainingRequest request(Dataset dataset) throws IOException {
    ModelConfig config =
        images.over(
            network.config(
                ModelKind.of(model),
                extractor.name(!training.weights().isEmpty(), common),
                dataset.category(),
                seed,
                test.ofNewModel()));
    choose(config, dataset);
    TrainingRequest request =
        training.request(
            withView(config, dataset),
            choice.plan(),
            dataset,
            how(config),
            output,
            resume,
            ModelMaker.command("train", data.path()).with(groups.record()));
    requireLaw(request);
    return request;
  }

  /**
   * Returns the request for other images, with the calibration that suits these.
   *
   * @param options that its record names besides its own
   */
  private TrainingRequest anew(
      TrainingRequest request, Dataset images, Map<String, String> options) {
    choose(request.config(), images);
    TrainingRequest other =
        request.with(choice.plan(), images, how(request.config()), request.maker().with(options));
    requireLaw(other);
    return other;
  }

  private void choose(ModelConfig config, Dataset images) {
    choice =
        crossFitting.choice(training.calibration(test), config, training.heldOut(), images, seed);
  }

  /** Returns how a model is trained, by the calibration that was chosen. */
  private TrainingConfig how(ModelConfig config) {
    boolean crossFitted = choice.plan().crossFitting() != null;
    return training
        .config(config.model(), config.category(), seed, crossFitted)
        .withAugment(augment);
  }

  private ModelConfig withView(ModelConfig config, Dataset dataset) throws IOException {
    view.requireBounds();
    if (!view.wanted()) {
      return config;
    }
    SegmentationOptions seen =
        view.over(config.segmentation(), NetworkShapes.of(config), dataset.train(), common);
    return config.withSegmentation(seen, config.calibration());
  }

  /** Requires the images and the null hypothesis that a smallest region takes. */
  private void requireLaw(TrainingRequest request) {
    if (!request.config().segmentation().hasSmallestRegion()) {
      return;
    }
    if (test.nullHypothesis() == NullHypothesis.CHI_SQUARE) {
      throw new IllegalArgumentException(
          "--smallest-area needs the region law of --null CALIBRATED: leave out --null CHI_SQUARE, or --smallest-area");
    }
    boolean crossFitted = request.calibration().crossFitting() != null;
    int images = crossFitted ? RegionLaw.LEAST_IMAGES : request.split().validation().size();
    if (images < RegionLaw.LEAST_IMAGES) {
      throw new IllegalArgumentException(
          "--smallest-area needs the region law of --null CALIBRATED, which takes %s validation images: there are %s; add good images or raise --validation"
              .formatted(RegionLaw.LEAST_IMAGES, images));
    }
  }

  private void print(
      PrintWriter out, ModelConfig config, boolean tooFew, double seconds, long bytes) {
    var training = config.training();
    out.printf(
        Locale.ROOT,
        "%s: %s of %s, %s in %.0f s%s%n",
        output,
        config.model().title(),
        config.category(),
        training.isFitted() ? "fitted" : Numbers.count(training.epochs(), "epoch"),
        seconds,
        training.isFitted() ? "" : ", weights of epoch " + training.selectedEpoch());
    out.printf(
        Locale.ROOT,
        "log10Epsilon %.2f%s%n",
        config.segmentation().log10Epsilon(),
        source(config.calibration(), tooFew));
    if (config.calibration() != null) {
      out.println("calibration: " + choice.why());
      if (!config.calibration().isImplausible()) {
        out.println(CalibrationChoice.rateInWords(config.calibration()));
      }
      if (config.calibration().keepsFolds()) {
        out.printf(
            Locale.ROOT,
            "kept: the models of %d folds, which all judge each part; the file has %.1f MB%n",
            config.calibration().crossFitting().folds(),
            bytes / 1e6);
      }
    }
    if (config.segmentation().fieldOfView() != null) {
      out.println("field of view: " + config.segmentation().fieldOfView().inWords());
    }
    SegmentationOptions set = config.segmentation();
    if (set.zones() != null) {
      set.zones().inWords(set).forEach((zone, words) -> out.println(zone + ": " + words));
    }
  }

  /** Returns what a user must know who relies on the model. */
  private List<String> warnings(TrainingRequest request, ModelConfig config) {
    List<String> warnings = new ArrayList<>();
    boolean tooFew = tooFewToTakeTurns(request);
    if (config.calibration() != null) {
      String remedy =
          tooFew
              ? MORE_IMAGES
              : config.calibration().isGuaranteed()
                  ? "add good images or raise --calibration; with --calibration-by CROSS_FITTING in place of the shares all images take turns"
                  : "add good images or request a higher rate";
      FalseAlarmText.warning(config.calibration(), remedy).ifPresent(warnings::add);
    }
    if (test.nullHypothesis() == NullHypothesis.CALIBRATED && config.segmentation().law() == null) {
      warnings.add(
          "only %s (%s needed) to calibrate the region test. The published chi-square test is used, which does not hold on real parts: expect missed defects; %s"
              .formatted(
                  Numbers.count(request.split().validation().size(), "validation image"),
                  RegionLaw.LEAST_IMAGES,
                  tooFew
                      ? MORE_IMAGES
                      : "add good images, raise --validation, or leave --validation and --calibration out, which lets all images take turns"));
    }
    return warnings;
  }

  private static boolean tooFewToTakeTurns(TrainingRequest request) {
    return request.dataset().groupsToLearnFrom() < CalibrationChoice.FEWEST_IMAGES;
  }

  /** Returns where log10Epsilon comes from, as the rest of a line. */
  private String source(Calibration calibration, boolean tooFew) {
    if (calibration == null) {
      return test.log10Epsilon() != null
          ? ""
          : ", not calibrated: no false-alarm rate is guaranteed; "
              + (tooFew ? MORE_IMAGES : "--calibration holds out good images for it");
    }
    return " from " + FalseAlarmText.of(calibration);
  }
}
