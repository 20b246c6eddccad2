package dev.flowline.cli;

import dev.flowline.compare.ComparedRun;
import dev.flowline.compare.ScoreColumn;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.Evaluator;
import dev.flowline.eval.Report;
import dev.flowline.io.StoredTensor;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Cost;
import dev.flowline.tensor.Device;
import dev.flowline.train.Extraction;
import dev.flowline.train.InspectionsOfFeatures;
import dev.flowline.train.RunLog;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Does the runs of a comparison one after the other. Features stay from run to run for as long as
 * the next one has the same.
 */
final class ComparisonRunner implements AutoCloseable {
  private final TrainingOptions training;
  private final Device device;
  private final CommonOptions common;
  private final boolean keepModels;
  private final int gallery;
  private final Map<Sample, boolean[]> groundTruths = new HashMap<>();
  private PlannedRun.FeaturesKey key;
  private Extraction features;
  private Exception noFeatures;

  ComparisonRunner(
      TrainingOptions training,
      Device device,
      CommonOptions common,
      boolean keepModels,
      int gallery) {
    this.training = training;
    this.device = device;
    this.common = common;
    this.keepModels = keepModels;
    this.gallery = gallery;
  }

  /**
   * Does a run, from where it was stopped if it was.
   *
   * @return what came of it, which also lies in its folder; a failure is no exception
   * @throws IOException if that cannot be written
   */
  ComparedRun run(PlannedRun run) throws IOException {
    ComparedRun result;
    try {
      begin(run);
      result = finish(run);
    } catch (IOException | RuntimeException e) {
      String reason = Failures.describe(e);
      common.err().println("failed: " + run + ": " + reason);
      if (common.debug()) {
        e.printStackTrace(common.err());
      }
      result =
          ComparedRun.failed(run.dataset().category(), run.model().label(), run.seed(), reason);
    }
    new RunFile(run.settings(), result).write(run.folder());
    if (!result.isFailed() && !keepModels) {
      Files.deleteIfExists(run.modelFile());
    }
    return result;
  }

  /** What a failed run with other settings has left is of no use. */
  private void begin(PlannedRun run) throws IOException {
    RunFile there = RunFile.read(run.folder());
    if (there != null && !there.settings().equals(run.settings())) {
      Files.deleteIfExists(request(run, false).checkpoint());
      Files.deleteIfExists(run.modelFile());
    }
    new RunFile(run.settings(), null).write(run.folder());
  }

  private ComparedRun finish(PlannedRun run) throws IOException {
    TrainingRequest request = request(run, false);
    boolean stopped = Files.exists(request.checkpoint());
    boolean trained = Files.exists(run.modelFile()) && !stopped;
    Extraction extracted = features(run);
    if (!trained) {
      TrainingReport.run(request(run, stopped), extracted, device, common);
    }
    EvaluationResult result = evaluate(run, extracted);
    Map<ScoreColumn, Double> costs = costs(run);
    costs.put(ScoreColumn.TRAINING_SECONDS, RunLog.seconds(request.runLog()));
    return ComparedRun.finished(
        run.dataset().category(), run.model().label(), run.seed(), result, costs);
  }

  private TrainingRequest request(PlannedRun run, boolean resume) {
    return new TrainingRequest(
        run.config(),
        run.calibration(),
        run.dataset(),
        run.weights(),
        run.validation(),
        run.training(),
        training.cacheBytes(),
        run.modelFile(),
        resume);
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
    Dataset dataset = run.dataset();
    try (AnomalyModel opened = AnomalyModel.open(run.modelFile()).on(device);
        Inspector inspector = new Inspector(opened, opened.config().segmentation());
        Progress progress = Progress.on(common.err())) {
      InspectionsOfFeatures inspections =
          new InspectionsOfFeatures(inspector, extracted, dataset.test(), groundTruths);
      inspections.warmUp();
      EvaluationResult result =
          Evaluator.evaluate(
              inspections,
              inspector,
              dataset,
              gallery,
              (done, of) -> progress.step("evaluating", done, of, ""));
      progress.close();
      var facts = ModelFacts.of(opened.config(), inspector.test(), opened.cost());
      String title =
          "%s, %s, seed %d".formatted(dataset.category(), run.model().title(), run.seed());
      new Report(title, result, facts, GalleryPictures::read).write(run.folder());
      return result;
    }
  }

  /** Of all images of the run's category; those of the run before where they are the same. */
  private Extraction features(PlannedRun run) throws IOException {
    if (!run.features().equals(key)) {
      close();
      key = run.features();
      try {
        features = extract(run);
      } catch (IOException | RuntimeException e) {
        noFeatures = e;
      }
    }
    if (noFeatures instanceof IOException e) {
      throw e;
    }
    if (noFeatures instanceof RuntimeException e) {
      throw e;
    }
    return features;
  }

  private Extraction extract(PlannedRun run) throws IOException {
    var config = run.config();
    Map<String, StoredTensor> weights =
        Extraction.weights(
            config.extractor(),
            config.preprocessing(),
            run.weights(),
            run.split().fit(),
            config.seed());
    try (Progress progress = Progress.on(common.err())) {
      return Extraction.of(
          config.extractor(),
          config.preprocessing(),
          weights,
          Stream.concat(run.dataset().train().stream(), run.dataset().test().stream()).toList(),
          training.cacheBytes(),
          run.folder(),
          device,
          (done, of) -> progress.step("features", done, of, ""));
    }
  }

  /** Lets go of the features. */
  @Override
  public void close() throws IOException {
    groundTruths.clear();
    noFeatures = null;
    key = null;
    if (features != null) {
      features.close();
      features = null;
    }
  }
}
