package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.OutputLock;
import dev.flowline.tensor.Device;
import dev.flowline.train.CalibrationChoice;
import dev.flowline.train.Extraction;
import dev.flowline.train.FoldsEpochRecord;
import dev.flowline.train.Screening;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRequest;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    return new SuspectScreening(
        new TrainingRequest(
            training.config(),
            plan,
            training.dataset(),
            training.weights(),
            training.validationFraction(),
            training.training(),
            training.cacheBytes(),
            training.screening(),
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
      TrainingListener listener =
          new ScreeningListener(
              TrainingProgress.ofScreening(progress, request.training(), run.split().fit().size()),
              screened);
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

  /** Shows how far a screening is, and passes on what it finds. */
  private record ScreeningListener(TrainingProgress progress, Consumer<Screening> screened)
      implements TrainingListener {
    @Override
    public void featuresReady(int images, int of) {
      progress.featuresReady(images, of);
    }

    @Override
    public void foldFeaturesReady(int fold, int folds, int images, int of) {
      progress.foldFeaturesReady(fold, folds, images, of);
    }

    @Override
    public void foldBegins(int fold, int folds) {
      progress.foldBegins(fold, folds);
    }

    @Override
    public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
      progress.stepDone(epoch, step, steps, batchSize, nll);
    }

    @Override
    public void foldsEpochDone(FoldsEpochRecord epoch) {
      progress.foldsEpochDone(epoch);
    }

    @Override
    public void screened(Screening screening) {
      screened.accept(screening);
    }
  }
}
