package dev.flowline.compare;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.eval.EvaluationPlan;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.Evaluator;
import dev.flowline.eval.Report;
import dev.flowline.eval.UnseenImages;
import dev.flowline.extractor.FileNetwork;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.LaterFailure;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Cost;
import dev.flowline.model.ModelFacts;
import dev.flowline.model.ProgramPolicy;
import dev.flowline.study.GoodnessOfFitPage;
import dev.flowline.train.Extraction;
import dev.flowline.train.InspectionsOfFeatures;
import dev.flowline.train.ModelMaker;
import dev.flowline.train.RunLog;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Does single runs: trains a model on shared features, evaluates it and keeps the result. */
public final class SingleRun {
  private final ComparisonRequest request;
  private final ComparisonHost host;
  private final SharedFeatures features;
  private final LaterFailure unwritten;

  /**
   * Makes what does runs.
   *
   * @param request that the runs were planned by
   * @param features stay the caller's
   * @param unwritten takes the failure to write a result
   */
  public SingleRun(
      ComparisonRequest request,
      ComparisonHost host,
      SharedFeatures features,
      LaterFailure unwritten) {
    this.request = request;
    this.host = host;
    this.features = features;
    this.unwritten = unwritten;
  }

  /**
   * Does a run, from where it was stopped if it was; its folder holds the result, too.
   *
   * @return the result; a failure is one
   * @throws WorkStopped if the host wants no more of it
   */
  public ComparedRun result(PlannedRun run) {
    ComparedRun result;
    try {
      begin(run);
      result = finish(run);
    } catch (WorkStopped e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      result =
          ComparedRun.failed(
              run.dataset().category(), run.model().label(), run.seed(), host.failed(run, e));
    }
    ComparedRun done = result;
    unwritten.tried(() -> keep(run, done));
    return result;
  }

  /** Writes the result, unless its report is missing: then the run is evaluated again later. */
  private void keep(PlannedRun run, ComparedRun result) throws IOException {
    if (unwritten.happened()) {
      return;
    }
    new RunFile(run.settings(), result).write(run.folder());
    if (!result.isFailed() && !request.keepModels()) {
      Files.deleteIfExists(run.modelFile());
    }
  }

  /** Deletes what a failed run with other settings has left. */
  private void begin(PlannedRun run) throws IOException {
    RunFile there = RunFile.read(run.folder());
    if (there != null && !there.settings().equals(run.settings())) {
      Files.deleteIfExists(training(run, false).checkpoint());
      Files.deleteIfExists(run.modelFile());
    }
    new RunFile(run.settings(), null).write(run.folder());
  }

  private ComparedRun finish(PlannedRun run) throws IOException {
    TrainingRequest training = training(run, false);
    boolean stopped = Files.exists(training.checkpoint());
    boolean trained = Files.exists(run.modelFile()) && !stopped;
    Extraction extracted = features.of(run);
    if (!trained) {
      host.train(training(run, stopped), extracted);
    }
    EvaluationResult result = evaluate(run, extracted);
    Map<ScoreColumn, Double> costs = costs(run);
    costs.put(ScoreColumn.TRAINING_SECONDS, RunLog.seconds(training.runLog()));
    return ComparedRun.finished(
        run.dataset().category(), run.model().label(), run.seed(), result, costs);
  }

  private TrainingRequest training(PlannedRun run, boolean resume) {
    return new TrainingRequest(
        run.config(),
        run.calibration(),
        run.dataset(),
        run.weights(),
        run.validation(),
        run.training(),
        request.cacheBytes(),
        run.modelFile(),
        resume,
        ModelMaker.command("train", request.data()));
  }

  private static Map<ScoreColumn, Double> costs(PlannedRun run) {
    Cost cost = Cost.of(run.config());
    boolean own = run.config().extractor().network() != null;
    Map<ScoreColumn, Double> costs = new LinkedHashMap<>();
    costs.put(ScoreColumn.TRAINABLE_PARAMETERS, (double) cost.trainableParameters());
    costs.put(ScoreColumn.FLOW_MACS, (double) cost.flowMacs());
    costs.put(ScoreColumn.EXTRACTOR_MACS, own ? Double.NaN : cost.extractorMacs());
    return costs;
  }

  private EvaluationResult evaluate(PlannedRun run, Extraction extracted) throws IOException {
    FileNetwork.Settings own = run.config().extractor().network(); // named for this comparison
    ProgramPolicy programs =
        own == null ? ProgramPolicy.REFUSE : ProgramPolicy.only(Set.of(own.sha256()));
    try (AnomalyModel opened = AnomalyModel.open(run.modelFile(), programs).on(request.device());
        Inspector inspector = new Inspector(opened, opened.config().segmentation())) {
      UnseenImages unseen = UnseenImages.of(opened.config(), run.dataset());
      Dataset dataset = unseen.dataset();
      InspectionsOfFeatures inspections =
          new InspectionsOfFeatures(inspector, extracted, dataset.test(), features.groundTruths());
      inspections.warmUp();
      EvaluationResult result =
          Evaluator.evaluate(
              inspections,
              inspector,
              new EvaluationPlan(unseen, request.fair(), request.galleryImages()),
              (done, of) -> host.progressed("evaluating", done, of));
      host.warned(run, result.warningsBeside(dataset));
      unwritten.tried(() -> report(run, dataset, result, inspector, extracted));
      return result;
    }
  }

  /** Writes the report, and the goodness-of-fit page if there are good test images. */
  private void report(
      PlannedRun run,
      Dataset dataset,
      EvaluationResult result,
      Inspector inspector,
      Extraction extracted)
      throws IOException {
    String title =
        "%s, %s, seed %s".formatted(run.dataset().category(), run.model().title(), run.seed());
    List<Sample> good = dataset.testOf(Sample.GOOD);
    if (!good.isEmpty()) {
      goodnessOfFit(title, inspector.model(), good, extracted).write(run.folder());
    }
    new Report(title, result, facts(inspector), host::picture, !good.isEmpty()).write(run.folder());
  }

  private static Map<String, String> facts(Inspector inspector) {
    AnomalyModel model = inspector.model();
    return ModelFacts.of(model.config(), model.digest(), inspector.test(), model.cost());
  }

  private GoodnessOfFitPage goodnessOfFit(
      String title, AnomalyModel model, List<Sample> good, Extraction extracted)
      throws IOException {
    ImagesDone done = (images, of) -> host.progressed("goodness of fit", images, of);
    return TorchEncoder.goesOnFromFeatures(model)
        ? GoodnessOfFitPage.of(
            title,
            model.config(),
            model.shapes().latents(),
            model.device(),
            new ExtractedImages(model, extracted, good, done.counter(good.size())))
        : GoodnessOfFitPage.of(title, model, good, done);
  }
}
