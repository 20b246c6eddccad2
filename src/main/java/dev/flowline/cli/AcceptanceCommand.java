package dev.flowline.cli;

import dev.flowline.acceptance.AcceptanceFolder;
import dev.flowline.acceptance.AcceptancePlan;
import dev.flowline.acceptance.AcceptanceResult;
import dev.flowline.acceptance.AcceptanceTable;
import dev.flowline.acceptance.Appraisal;
import dev.flowline.acceptance.AttributeStudy;
import dev.flowline.acceptance.Decision;
import dev.flowline.acceptance.LabelFile;
import dev.flowline.acceptance.LabelledPart;
import dev.flowline.acceptance.PartFolder;
import dev.flowline.acceptance.UnseenParts;
import dev.flowline.certificate.ObservedDecisions;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.line.InspectionRequest;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tests a model, or people, on labelled parts, as a quality department accepts an inspection. */
@Command(
    name = "acceptance",
    description =
        "Test a model, or people, on labelled parts: effectiveness, miss rate, false-alarm rate and kappa, with exact bounds.",
    footer = {
      "",
      "DIR/good/PART/ holds the images of a good part, one per trial. DIR/TYPE/PART/ holds those of a defective one. An image directly in DIR/good/ or DIR/TYPE/ is a part with one trial.",
      "",
      "Without MODEL and --labels, the command prints how many parts show the rates."
    })
final class AcceptanceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "Model file.")
  private Path model;

  @Option(
      names = "--parts",
      paramLabel = "DIR",
      description = "Folder of labelled parts, for MODEL.")
  private Path parts;

  @Option(
      names = "--labels",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "CSV files of decisions that people made, with the columns part, reference (good or defect), appraiser, trial, decision (good, defect or undecided).")
  private List<Path> labels = List.of();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Folder for acceptance.html, which prints as two pages A4, acceptance.json, acceptance.csv and decisions.csv (default: no report).")
  private Path report;

  @Mixin private AcceptanceOptions requested;
  @Mixin private ThresholdOptions test;
  @Mixin private LogbookOption logbook;
  @Mixin private UnusualInputOption unusual;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions images;
  @Mixin private CommonOptions common;

  private final List<Appraisal> appraisals = new ArrayList<>();
  private final Map<String, String> facts = new LinkedHashMap<>();

  /** Appends the decisions of the model to the logbook, once the result is printed. */
  private LaterFailure.Writing recording = () -> {};

  @Override
  public Integer call() throws IOException {
    AcceptancePlan plan = AcceptancePlan.of(requested.rates());
    if ((model == null) != (parts == null)) {
      throw new IllegalArgumentException(
          model == null
              ? "--parts takes MODEL, which inspects them"
              : "MODEL takes --parts DIR, the folder of labelled parts that it inspects");
    }
    if (model == null && logbook.given()) {
      throw new IllegalArgumentException("--logbook takes MODEL with --parts");
    }
    if (model == null && labels.isEmpty()) {
      if (report != null) {
        throw new IllegalArgumentException("--report takes MODEL with --parts, or --labels");
      }
      common.print(plan, out -> plan.inWords().forEach(out::println));
      return Flowline.SUCCESS;
    }
    LaterFailure unwritten = new LaterFailure();
    try (OutputLock alone = OutputLock.ofReport(report, "acceptance", unwritten)) {
      accept(plan, unwritten);
    }
    return Flowline.SUCCESS;
  }

  private void accept(AcceptancePlan plan, LaterFailure unwritten) throws IOException {
    List<Appraisal> people = new ArrayList<>();
    for (Path file : labels) {
      people.addAll(LabelFile.read(file));
    }
    if (model != null) {
      inspect();
    }
    for (Path file : labels) {
      facts.merge("labels", DecidingModel.fileName(file), (one, other) -> one + ", " + other);
    }
    facts.put("counted", RecordedTime.now() + ", by Flowline " + FlowlineVersion.current());
    appraisals.addAll(people);
    AttributeStudy study = AttributeStudy.of(appraisals);
    String title = DecidingModel.fileName(model == null ? labels.get(0) : model);
    AcceptanceResult result = AcceptanceResult.of(title, facts, study, plan);
    common.print(result, out -> out.print(new AcceptanceTable(result)));
    unwritten.tried(recording);
    unwritten.throwIfAny();
    if (report != null) {
      common.err().println("report: " + AcceptanceFolder.write(report, result, study));
    }
  }

  /** Inspects the parts with the model, whose verdicts are decisions. */
  private void inspect() throws IOException {
    common.begins("listing the parts");
    PartFolder folder = PartFolder.list(parts);
    LeftOutFiles.print(folder.files(), common);
    if (folder.masks() > 0) {
      common
          .err()
          .println(
              "note: %s in folders of masks (ground_truth, mask, masks) are left out"
                  .formatted(Numbers.count(folder.masks(), "image")));
    }
    threads.load();
    try (AnomalyModel opened = images.open(model, program)) {
      logbook.requireGuarantee(opened, test.given());
      logbook.requireOf(opened);
      requireUnseen(folder.parts(), KnownImages.ofAllUses(opened.config()));
      opened.on(compute.device());
      ModelFacts.caution(opened).ifPresent(why -> common.err().println("note: " + why));
      try (Inspector inspector = new Inspector(opened, test.over(opened.config().segmentation()))) {
        unusual.requireInputRange(inspector);
        test.noteOfGuardBand(inspector, common);
        addFacts(opened, inspector, folder);
        decide(inspector, folder.parts());
        recording = recording(opened, folder.parts());
      }
    }
  }

  /** Returns what appends the decisions about one image of each part, by what they are now. */
  private LaterFailure.Writing recording(AnomalyModel opened, List<LabelledPart> all) {
    List<Path> images = all.stream().map(part -> part.trials().get(0)).toList();
    ObservedDecisions decisions =
        new ObservedDecisions(
            firstTrials(false, null),
            firstTrials(false, Decision.DEFECT),
            firstTrials(true, null),
            firstTrials(true, Decision.GOOD));
    return () -> logbook.record(opened, images, List.of(parts), decisions);
  }

  /** Returns how many first trials have a decision; all if it is null. */
  private int firstTrials(boolean defective, Decision decision) {
    return (int)
        appraisals.stream()
            .filter(each -> each.trial() == 1 && each.defective() == defective)
            .filter(each -> decision == null || each.decision() == decision)
            .count();
  }

  private void requireUnseen(List<LabelledPart> all, KnownImages known) throws IOException {
    known.unrecorded("--parts holds").ifPresent(why -> common.err().println("note: " + why));
    try (Progress progress = Progress.on(common.err())) {
      ImagesDone read = LateProgress.of(progress, "comparing the images", System::nanoTime);
      UnseenParts.require(all, known, read);
    }
  }

  private void addFacts(AnomalyModel opened, Inspector inspector, PartFolder folder) {
    facts.putAll(DecidingModel.facts(model, opened, inspector));
    facts.put("parts", DecidingModel.fileName(parts));
    long defective = folder.parts().stream().filter(LabelledPart::defective).count();
    facts.put(
        "good and defective parts",
        "%s and %s".formatted(folder.parts().size() - defective, defective));
  }

  private void decide(Inspector inspector, List<LabelledPart> all) throws IOException {
    String appraiser = DecidingModel.fileName(model).replaceFirst("(?<=.)\\.flowline$", "");
    int images = all.stream().mapToInt(part -> part.trials().size()).sum();
    int done = 0;
    try (Progress progress = Progress.on(common.err())) {
      for (LabelledPart part : all) {
        int trial = 0;
        for (Path image : part.trials()) {
          InspectionRequest request =
              InspectionRequest.DEFAULT.withPartId(part.name()).withUnusualInput(unusual.rule());
          Decision decision =
              Decision.of(
                  inspector.inspect(DecodedImage.read(image), request).inspection().verdict());
          appraisals.add(
              new Appraisal(part.name(), part.defective(), appraiser, ++trial, decision));
          progress.step("images", ++done, images, "");
        }
      }
    }
  }
}
