package dev.flowline.cli;

import dev.flowline.calibration.OutOfRange;
import dev.flowline.drift.Drift;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.ListedImage;
import dev.flowline.io.OneLine;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.DriftWatch;
import dev.flowline.line.Inspection;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Inspects images: one JSON line each. A file that cannot be read is one line too, and does not end
 * it; where only overlay and mask could not be written, the line holds the verdict and the error.
 */
@Command(
    name = "inspect",
    description =
        "Inspect images: print one JSON line per image, and write overlays and masks if --output is given.",
    footer = {
      "",
      "If there are several images, a statement on the lot follows on standard error (with --json: 'lot'): parts, rejects, and what the rejects are worth.",
      "",
      "If an image cannot be read, its line has 'error' and no verdict. If only its pictures cannot be written, its line has both. In both cases the exit code is 1, whatever the verdicts are."
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE|DIR",
      description = "Images, or folders of images.")
  private List<Path> sources;

  @Mixin private ThresholdOptions test;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private EngineOption engine;
  @Mixin private DriftOption watch;
  @Mixin private LogbookOption logbook;
  @Mixin private FalseDiscoveryOption discovery;
  @Mixin private UnusualInputOption unusual;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description =
          "Folder for NAME.overlay.png and NAME.mask.png of each image (default: no pictures).")
  private Path output;

  @Option(
      names = "--fail-on-defect",
      description = "Exit with 3 if a verdict is not GOOD, but DEFECT, UNDECIDED or NOT_INSPECTED.")
  private boolean failOnDefect;

  /** Images that were inspected, in their order; only while drift is watched. */
  private final List<Path> inspected = new ArrayList<>();

  /** Images with the verdict GOOD, in their order; only while drift is watched. */
  private final List<Path> good = new ArrayList<>();

  private boolean allGood = true;

  @Override
  public Integer call() throws IOException {
    common.begins("listing the images");
    ImageFiles images = ImageFiles.list(sources, output);
    threads.load();
    try (AnomalyModel opened = reading.open(model, program)) {
      logbook.requireGuarantee(opened, test.given());
      logbook.requireOf(opened);
      opened.on(compute.device());
      engine.requireFit(opened, logbook);
      ModelFacts.caution(opened).ifPresent(why -> common.err().println("note: " + why));
      try (EngineOption.EngineInspector made =
          engine.inspector(opened, test.over(opened.config().segmentation()), threads.number())) {
        Inspector inspector = made.inspector();
        unusual.requireInputRange(inspector);
        test.noteOfGuardBand(inspector, common);
        LotTally lot = LotTally.of(inspector, discovery.rate(), common.err());
        Optional<DriftWatch> drift = driftWatch(inspector);
        drift.map(DriftWatch::state).flatMap(DriftInWords::note).ifPresent(common.err()::println);
        boolean whole = inspect(images, inspector, drift, lot);
        if (logbook.given()) {
          logbook.recordDrift(opened, drift.orElseThrow().state(), inspected, good, sources);
        }
        return whole ? exitCode(drift) : Flowline.FAILURE;
      }
    }
  }

  private int exitCode(Optional<DriftWatch> drift) {
    if (failOnDefect && !allGood) {
      return Flowline.DEFECT;
    }
    return watch.fails() && drift.orElseThrow().state().detected()
        ? Flowline.DRIFT
        : Flowline.SUCCESS;
  }

  private Optional<DriftWatch> driftWatch(Inspector inspector) {
    Optional<DriftWatch> drift = DriftWatch.of(inspector, watch.averageRunLength());
    String wanted = logbook.given() ? "--logbook" : watch.given();
    if (drift.isEmpty() && wanted != null) {
      boolean otherTest = test.given() && inspector.model().config().calibration() != null;
      throw new IllegalArgumentException(
          wanted
              + ": drift cannot be watched, because "
              + (otherTest
                  ? "the model was calibrated for another test: leave out the options of the test"
                  : "the model holds no statistics of good parts: 'flowline calibrate' measures them"));
    }
    return drift;
  }

  /** Inspects all images; returns whether all of them, and their pictures, came out. */
  private boolean inspect(
      ImageFiles images, Inspector inspector, Optional<DriftWatch> drift, LotTally lot) {
    LeftOutFiles.print(images, common);
    List<InspectedFile> lines = new ArrayList<>();
    boolean whole = true;
    boolean warned = false;
    for (ListedImage source : images.images()) {
      InspectedFile line = inspected(inspector, source, drift);
      if (!warned && drift.map(DriftWatch::state).map(Drift::detected).orElse(false)) {
        warned = true;
        common.err().println("warning: " + DriftInWords.of(drift.get().state(), good));
      }
      reportUnusual(line);
      lot.add(line);
      if (line.error() != null) {
        whole = false;
        common.err().println("error: " + OneLine.of(line.error()));
      }
      if (common.json()) {
        lines.add(line);
        continue;
      }
      common.out().println(common.line(line));
      if (common.out().checkError()) {
        return false; // nobody would learn of the parts that follow
      }
    }
    if (common.json()) {
      Drift state = drift.map(DriftWatch::state).orElse(null);
      common.print(
          new InspectedFiles(lines, state, lot.statement(), LeftOutFiles.namesOf(images)),
          out -> {});
    } else {
      lot.print(common.err());
    }
    return whole;
  }

  private void reportUnusual(InspectedFile line) {
    List<OutOfRange> unusual = line.inspection() == null ? null : line.inspection().outOfRange();
    if (unusual != null && !unusual.isEmpty()) {
      common
          .err()
          .println(
              "warning: %s is unlike the calibration images: %s"
                  .formatted(
                      OneLine.of(line.image()),
                      unusual.stream().map(OutOfRange::inWords).collect(Collectors.joining("; "))));
    }
  }

  private InspectedFile inspected(
      Inspector inspector, ListedImage source, Optional<DriftWatch> drift) {
    Inspection[] answer = {null}; // is not lost if its pictures cannot be written
    String error =
        ImageTask.tried(
            source,
            () -> {
              DecodedImage decoded = DecodedImage.read(source.file());
              InspectionRequest request =
                  InspectionRequest.DEFAULT
                      .withPartId(source.name().toString())
                      .withUnusualInput(unusual.rule());
              DetailedInspection part =
                  inspector.inspect(
                      decoded, drift.isPresent() ? request.withLatentStatistics() : request);
              answer[0] = part.inspection();
              boolean isGood = part.inspection().verdict() == Verdict.GOOD;
              allGood &= isGood;
              if (drift.isPresent()) {
                inspected.add(source.file());
              }
              if (drift.isPresent() && isGood) {
                good.add(source.file());
              }
              drift.ifPresent(watching -> watching.add(part));
              if (output != null) {
                Image shown = inspector.model().config().preprocessing().visible(decoded.image());
                InspectionPictures.write(output.resolve(source.name()), shown, part);
              }
            });
    return InspectedFile.of(source.file(), answer[0], error);
  }
}
