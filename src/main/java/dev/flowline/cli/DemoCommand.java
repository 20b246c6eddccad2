package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.data.SyntheticLine;
import dev.flowline.data.demo.Product;
import dev.flowline.eval.CombinedResult;
import dev.flowline.eval.EvaluationPlan;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.EvaluationTable;
import dev.flowline.eval.Evaluator;
import dev.flowline.eval.Overview;
import dev.flowline.eval.UnseenImages;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PatchPca;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Inspector;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.train.ModelMaker;
import dev.flowline.train.Schedule;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows training, evaluation and report on the images of a synthetic line. */
@Command(
    name = "demo",
    description =
        "Make the images of a small inspection line, train on the good ones, find the defects and write a report. Nothing is downloaded.")
final class DemoCommand implements Callable<Integer> {
  private static final int TRAIN_IMAGES = 120;
  private static final int TEST_GOOD = 20;
  private static final int TEST_PER_DEFECT = 6;
  private static final int BATCH = 8;
  private static final double LEARNING_RATE = 3e-3;
  private static final double VALIDATION = 0.25;
  private static final double CALIBRATION = 0.25;
  private static final int FLOW_STEPS = 4;

  /** Two scales: the defects are small, and a third would only blur their outlines. */
  private static final PatchPca.Settings EXTRACTOR = new PatchPca.Settings(2, 24, 5);

  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private CommonOptions common;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      defaultValue = "demo",
      description = "Folder for images, models and reports (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of images and training (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "14",
      description = "Passes over the training images (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Override
  public Integer call() throws IOException {
    TrainingConfig training = training();
    threads.load();
    Device device = compute.device();
    try (OutputLock alone = OutputLock.ofFolder(output, "demo")) {
      return shown(training, device);
    }
  }

  private Integer shown(TrainingConfig training, Device device) throws IOException {
    Path data = output.resolve("data");
    LaterFailure unwritten = new LaterFailure();
    try (Progress progress = Progress.on(common.err())) {
      SyntheticLine.write(
          data,
          seed,
          TRAIN_IMAGES,
          TEST_GOOD,
          TEST_PER_DEFECT,
          (done, of) -> progress.step("images", done, of, ""));
    }
    Map<String, EvaluationResult> results = new LinkedHashMap<>();
    for (Product made : Product.values()) { // not what else may lie there
      String product = made.label();
      Dataset dataset = Layout.MVTEC.read(data, product);
      Path model = output.resolve(product + ".flowline");
      common
          .err()
          .println("training " + product + " on " + dataset.train().size() + " good images");
      TrainingRequest request = request(dataset, training, model);
      Files.deleteIfExists(request.checkpoint()); // of a demo that was killed
      LaterFailure log = TrainingReport.run(request, device, common).log();
      unwritten.tried(log::throwIfAny);
      results.put(product, evaluate(dataset, model, device, unwritten));
    }
    CombinedResult combined = CombinedResult.of(results);
    common.print(
        combined,
        out ->
            results.forEach(
                (product, result) -> {
                  out.println(product);
                  out.println(new EvaluationTable(result));
                }));
    unwritten.throwIfAny();
    Path page =
        new Overview("Demo line", results, GalleryPictures::read).write(output).toAbsolutePath();
    common.err().println("report: " + page.normalize().toUri());
    return Flowline.SUCCESS;
  }

  private TrainingConfig training() {
    return TrainingConfig.of(epochs, BATCH, LEARNING_RATE, seed)
        .withSchedule(Schedule.LINEAR)
        .withCheckpointEvery(epochs);
  }

  private TrainingRequest request(Dataset dataset, TrainingConfig training, Path model) {
    int size = SyntheticLine.DEFAULT_SIZE;
    ModelConfig config =
        new ModelConfig(
            ModelKind.U_FLOW,
            dataset.category(),
            new ExtractorConfig(Backbone.PATCH_PCA.id(), EXTRACTOR),
            Preprocessing.imageNet(size, size),
            new UFlow(FLOW_STEPS, SoftClamp.TANH),
            seed,
            new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0));
    return new TrainingRequest(
        config,
        new CalibrationPlan(NullHypothesis.CALIBRATED, CALIBRATION, CalibrationPlan.USUAL_RATE),
        dataset,
        List.of(),
        VALIDATION,
        training,
        CacheMemory.bytes(null),
        model,
        false,
        ModelMaker.command("demo", output.resolve("data")));
  }

  private EvaluationResult evaluate(
      Dataset dataset, Path model, Device device, LaterFailure unwritten) throws IOException {
    try (Inspector inspector = Inspector.open(model, device);
        Progress progress = Progress.on(common.err())) {
      EvaluationResult result =
          Evaluator.evaluate(
              inspector,
              new EvaluationPlan(
                  UnseenImages.of(inspector.model().config(), dataset),
                  false,
                  dataset.test().size()),
              (done, of) -> progress.step("evaluating", done, of, ""));
      progress.close();
      Path report = output.resolve(dataset.category());
      unwritten.tried(() -> ReportFolder.write(report, dataset, result, inspector, common));
      return result;
    }
  }
}
