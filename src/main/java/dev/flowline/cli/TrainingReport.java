package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.model.ModelConfig;
import dev.flowline.page.Numbers;
import dev.flowline.tensor.Device;
import dev.flowline.train.EpochRecord;
import dev.flowline.train.Extraction;
import dev.flowline.train.FoldsEpochRecord;
import dev.flowline.train.RunLog;
import dev.flowline.train.Screening;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingDivergedException;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRequest;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The result of a training on the command line, which prints progress and writes a run log.
 *
 * @param config configuration of the model that was written
 * @param seconds duration of the training
 * @param log failure to write the run log, if there was one; the model is whole nevertheless
 */
record TrainingReport(ModelConfig config, double seconds, LaterFailure log) {
  /** Trains on features that it extracts. */
  static TrainingReport run(TrainingRequest request, Device device, CommonOptions common)
      throws IOException {
    return run(request, () -> {}, device, common, screening -> {});
  }

  /**
   * Trains on features that it extracts.
   *
   * @param check called before anything is written, and while no other process writes the model
   * @param screened hears how suspicious the images are, if the training finds out
   */
  static TrainingReport run(
      TrainingRequest request,
      Runnable check,
      Device device,
      CommonOptions common,
      Consumer<Screening> screened)
      throws IOException {
    return run(request, check, common, screened, (run, watcher) -> run.fromImages(device, watcher));
  }

  /** Trains on features that were extracted before. */
  static TrainingReport run(
      TrainingRequest request, Extraction features, Device device, CommonOptions common)
      throws IOException {
    return run(
        request,
        () -> {},
        common,
        screening -> {},
        (run, watcher) -> {
          watcher.started();
          return run.fromFeatures(features, device, watcher);
        });
  }

  /**
   * The fields of the run log's first line, or of the line that resumes a run.
   *
   * @param images number of images that the model learns from
   * @param folds in which they take turns to be held out; null if they do not
   */
  private record Start(
      ModelConfig config,
      TrainingConfig training,
      int images,
      @JsonInclude(JsonInclude.Include.NON_NULL) Integer folds) {
    static Start of(TrainingRequest request, TrainingRun run) {
      CrossFitting by = request.calibration().crossFitting();
      int images = run.split().fit().size();
      return new Start(
          request.config(), request.training(), images, by == null ? null : by.folds());
    }
  }

  /** The fields of the run log's line that begins the training of a fold to keep. */
  private record KeptFold(int fold, int folds, int images) {}

  /** The fields of the run log's last line. */
  private record End(ModelConfig config, double seconds) {}

  /** The fields of the run log's last line if the training diverged. */
  private record Diverged(int epoch, String message) {}

  private interface Training {
    ModelConfig execute(TrainingRun run, Watcher watcher) throws IOException;
  }

  private static TrainingReport run(
      TrainingRequest request,
      Runnable check,
      CommonOptions common,
      Consumer<Screening> screened,
      Training training)
      throws IOException {
    try (OutputLock alone = OutputLock.ofFile(request.output(), "training")) {
      check.run();
      return alone(request, common, screened, training);
    }
  }

  /** Trains, while no other process writes the model. */
  private static TrainingReport alone(
      TrainingRequest request,
      CommonOptions common,
      Consumer<Screening> screened,
      Training training)
      throws IOException {
    long start = System.nanoTime();
    TrainingRun run;
    try (Progress progress = Progress.on(common.err())) {
      ImagesDone read = LateProgress.of(progress, "comparing the images", System::nanoTime);
      run = new TrainingRun(request, read); // refuses before the run log is touched
    }
    if (run.copies() > 0) {
      common
          .err()
          .printf(
              "note: %s left out, as copies of other training images: nothing is measured on an image that the model knows%n",
              Numbers.count(
                      run.copies(),
                      request.calibration().crossFitting() == null ? "held-out image" : "image")
                  + (run.copies() == 1 ? " is" : " are"));
    }
    if (request.resume() && !request.resumes()) {
      common.err().println("note: there is no " + request.checkpoint() + ": starting anew");
    }
    LaterFailure unwritten = new LaterFailure();
    try (RunLog file = new RunLog(request.runLog(), request.resumes());
        Progress progress = Progress.on(common.err())) {
      Log log = new Log(file, null, unwritten);
      try {
        ModelConfig config =
            training.execute(run, new Watcher(request, run, log, progress, screened));
        double seconds = (System.nanoTime() - start) / 1e9;
        log.event("end", new End(config, seconds));
        return new TrainingReport(config, seconds, unwritten);
      } catch (TrainingDivergedException e) {
        log.event("diverged", new Diverged(e.epoch(), e.getMessage()));
        throw e;
      }
    }
  }

  /**
   * A run log that ends where it cannot be written, which does not end the training.
   *
   * @param keptFold the fold to keep whose training the lines are of; null if they are of the whole
   */
  private record Log(RunLog file, Integer keptFold, LaterFailure unwritten) {
    void event(String event, Object fields) {
      if (!unwritten.happened()) {
        unwritten.tried(() -> file.event(event, keptFold, fields));
      }
    }

    Log ofKeptFold(int fold) {
      return new Log(file, fold, unwritten);
    }
  }

  /** Writes to the run log what a training learns, and shows it: the whole or that of one fold. */
  private static class LearningWatcher implements TrainingListener {
    final Log log;
    final TrainingProgress progress;

    LearningWatcher(Log log, TrainingProgress progress) {
      this.log = log;
      this.progress = progress;
    }

    @Override
    public void featuresReady(int images, int of) {
      progress.featuresReady(images, of);
    }

    @Override
    public void foldFeaturesReady(int fold, int folds, int images, int of) {
      progress.foldFeaturesReady(fold, folds, images, of);
    }

    @Override
    public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
      progress.stepDone(epoch, step, steps, batchSize, nll);
    }

    @Override
    public void foldBegins(int fold, int folds) {
      progress.foldBegins(fold, folds);
    }

    @Override
    public void foldsEpochDone(FoldsEpochRecord epoch) {
      log.event(RunLog.FOLDS_EPOCH, epoch);
      progress.foldsEpochDone(epoch);
    }

    @Override
    public void foldsDone(int epochs) {
      if (epochs > 0) {
        log.event(RunLog.FOLDS_DONE, Map.of("epochs", epochs));
      }
      progress.foldsDone(epochs);
    }

    @Override
    public void epochDone(EpochRecord epoch) {
      log.event(RunLog.EPOCH, epoch);
      progress.epochDone(epoch);
    }

    @Override
    public void checkpointWritten(int epoch) {
      log.event(RunLog.CHECKPOINT, Map.of("epoch", epoch));
    }
  }

  /** Does so for the whole training, with its start and its folds to keep. */
  private static final class Watcher extends LearningWatcher {
    private final Start start;
    private final boolean resumes;
    private final Consumer<Screening> screened;
    private boolean started;

    Watcher(
        TrainingRequest request,
        TrainingRun run,
        Log log,
        Progress progress,
        Consumer<Screening> screened) {
      super(log, new TrainingProgress(progress, request.training(), run.split().fit().size()));
      start = Start.of(request, run);
      resumes = request.resumes();
      this.screened = screened;
    }

    @Override
    public void featuresReady(int images, int of) {
      super.featuresReady(images, of);
      if (images == of) {
        started();
      }
    }

    /** Logs the start once all features are at hand. */
    void started() {
      if (started) {
        return; // the features of its own negatives or rotations come later
      }
      started = true;
      log.event(resumes ? RunLog.RESUME : RunLog.START, start);
    }

    @Override
    public void warned(String warning) {
      progress.warned(warning);
    }

    @Override
    public void screened(Screening screening) {
      screened.accept(screening);
    }

    @Override
    public TrainingListener keptFold(int fold, int folds, int images) {
      log.event(RunLog.KEPT_FOLD, new KeptFold(fold, folds, images));
      return new LearningWatcher(log.ofKeptFold(fold), progress.keptFold(fold, folds, images));
    }
  }
}
