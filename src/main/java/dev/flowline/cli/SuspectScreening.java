package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.OutputLock;
import dev.flowline.tensor.Device;
import dev.flowline.train.CalibrationChoice;
import dev.flowline.train.Extraction;
import dev.flowline.train.Screening;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRequest;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The training of the models that judge the training images before a model is trained without the
 * suspects among them. Its checkpoints lie beside those of the model, under another name.
 *
 * @param request of that training
 */
record SuspectScreening(TrainingRequest request) {
  /** Returns the screening of the images of a training. */
  static SuspectScreening before(TrainingRequest training) {
    CalibrationPlan plan = training.calibration();
    if (plan.crossFitting() == null) {
      CalibrationPlan usual =
          new CalibrationPlan(plan.nullHypothesis(), 0, CalibrationPlan.USUAL_RATE);
      plan =
          CalibrationChoice.crossFitted(
                  usual, training.config(), training.dataset(), null, "to screen")
              .plan();
    }
    if (plan.crossFitting().kept()) {
      plan = plan.crossFitted(new CrossFitting(plan.crossFitting().folds()));
    }
    Path output = training.output();
    return new SuspectScreening(
        new TrainingRequest(
            training.config(),
            plan,
            training.dataset(),
            training.weights(),
            training.validationFraction(),
            training.training(),
            training.cacheBytes(),
            output.resolveSibling(output.getFileName() + ".screening"),
            training.resume(),
            training.maker()));
  }

  /**
   * Trains the models and passes what they find to a listener.
   *
   * @return the features of the images, for the training that follows
   */
  Extraction run(Device device, Consumer<Screening> screened, CommonOptions common)
      throws IOException {
    try (OutputLock alone = OutputLock.ofFile(request.output(), "training");
        Progress progress = Progress.on(common.err())) {
      ImagesDone read = LateProgress.of(progress, "comparing the images", System::nanoTime);
      TrainingRun run = new TrainingRun(request, read);
      TrainingListener listener = new ScreeningListener(progress, screened, request);
      Extraction features = run.extraction(device, listener);
      try {
        run.screen(features, device, listener);
        return features;
      } catch (IOException | RuntimeException e) {
        features.close();
        throw e;
      }
    }
  }

  /** Returns whether the screening was stopped, so that it can go on. */
  boolean isStopped() {
    return request.stopped().isPresent();
  }

  /** Deletes the checkpoints, once the model is written. */
  void deleteCheckpoints() throws IOException {
    for (Path checkpoint : request.checkpoints()) {
      Files.deleteIfExists(checkpoint);
    }
  }

  /** Shows how far a screening is. */
  private static final class ScreeningListener implements TrainingListener {
    private final Progress progress;
    private final Consumer<Screening> screened;
    private final long epochs;
    private String fold = "";

    ScreeningListener(Progress progress, Consumer<Screening> screened, TrainingRequest request) {
      this.progress = progress;
      this.screened = screened;
      epochs = request.training().epochs();
    }

    @Override
    public void featuresReady(int images, int of) {
      progress.step("features", images, of, "");
    }

    @Override
    public void foldBegins(int number, int folds) {
      fold = "fold %s of %s".formatted(number, folds);
    }

    @Override
    public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
      String detail = String.format(Locale.ROOT, "NLL %.4f  epoch %d, %s", nll, epoch, fold);
      progress.step("screening", (epoch - 1L) * steps + step, epochs * steps, detail);
    }

    @Override
    public void screened(Screening screening) {
      screened.accept(screening);
    }
  }
}
