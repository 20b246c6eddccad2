package dev.flowline.cli;

import dev.flowline.certificate.ObservedDecisions;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.eval.EvaluationPlan;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.EvaluationTable;
import dev.flowline.eval.Evaluator;
import dev.flowline.eval.UnseenImages;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Evaluates a model on the test images of a dataset. */
@Command(name = "evaluate", description = "Evaluate a model on the test images of a dataset.")
final class EvaluateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Mixin private DatasetOptions data;
  @Mixin private ThresholdOptions test;
  @Mixin private LogbookOption logbook;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private EngineOption engine;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions images;
  @Mixin private CommonOptions common;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Folder for report.html, goodness-of-fit.html and evaluation.json, and for images.csv and images.json with the result of each image (default: no report).")
  private Path report;

  @Option(
      names = "--gallery",
      paramLabel = "N",
      converter = WholeNumber.AtLeastZero.class,
      defaultValue = "60",
      description = GalleryPictures.SHOWN)
  private int gallery;

  @Mixin private FairOption fair;

  @Override
  public Integer call() throws IOException {
    LaterFailure unwritten = new LaterFailure();
    try (OutputLock alone = OutputLock.ofReport(report, "evaluation", unwritten)) {
      return evaluated(unwritten);
    }
  }

  private Integer evaluated(LaterFailure unwritten) throws IOException {
    Dataset dataset = data.read(common);
    threads.load();
    try (AnomalyModel opened = images.open(model, program)) {
      logbook.requireGuarantee(opened, test.given());
      logbook.requireOf(opened);
      common.begins("reading the test images");
      UnseenImages unseen = unseen(opened, dataset);
      (common.json() ? unseen.inWords() : unseen.besideTheTable())
          .ifPresent(line -> common.err().println("note: " + line));
      opened.on(compute.device());
      engine.requireFit(opened, logbook);
      ModelFacts.caution(opened).ifPresent(why -> common.err().println("note: " + why));
      try (EngineOption.EngineInspector made =
          engine.inspector(opened, test.over(opened.config().segmentation()), threads.number())) {
        Inspector inspector = made.inspector();
        test.noteOfGuardBand(inspector, common);
        evaluate(inspector, unseen, unwritten);
        NextCommand.inspect(model, NextCommand.holdsProgram(opened), images, common);
      }
    }
    return Flowline.SUCCESS;
  }

  /** Appends the decisions to the logbook, if there is one. */
  private void record(Inspector inspector, Dataset dataset, EvaluationResult result)
      throws IOException {
    logbook.record(
        inspector.model(),
        dataset.test().stream().map(Sample::image).toList(),
        List.of(data.path()),
        new ObservedDecisions(
            result.goodImages(),
            result.falseAlarmImages(),
            result.defectImages(),
            result.defectImagesMissed()));
  }

  private UnseenImages unseen(AnomalyModel opened, Dataset dataset) throws IOException {
    try (Progress progress = Progress.on(common.err())) {
      ImagesDone read = LateProgress.of(progress, "comparing the images", System::nanoTime);
      return UnseenImages.of(opened.config(), dataset, read);
    }
  }

  private void evaluate(Inspector inspector, UnseenImages images, LaterFailure unwritten)
      throws IOException {
    try (Progress progress = Progress.on(common.err())) {
      EvaluationResult result =
          Evaluator.evaluate(
              inspector,
              new EvaluationPlan(images, fair.given(), report == null ? 0 : gallery),
              (done, of) -> progress.step("evaluating", done, of, ""));
      progress.close();
      result
          .warningsBeside(images.dataset()) // those are printed already
          .forEach(warning -> common.err().println("warning: " + warning));
      common.print(result, out -> out.print(new EvaluationTable(result)));
      unwritten.tried(() -> record(inspector, images.dataset(), result));
      unwritten.throwIfAny();
      if (report != null) {
        Path page = ReportFolder.write(report, images.dataset(), result, inspector, common);
        common.err().println("report: " + page);
      }
    }
  }
}
