package dev.flowline.cli;

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
import java.util.Locale;
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

  /** The fields of the run log's first line, or of the line that resumes a run. */
  private record Start(ModelConfig config, TrainingConfig training) {}

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
      Log log = new Log(file, unwritten);
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

  /** A run log that ends where it cannot be written, which does not end the training. */
  private record Log(RunLog file, LaterFailure unwritten) {
    void event(String event, Object fields) {
      tried(() -> file.event(event, fields));
    }

    void epochDone(EpochRecord epoch) {
      tried(() -> file.epochDone(epoch));
    }

    void checkpointWritten(int epoch) {
      tried(() -> file.checkpointWritten(epoch));
    }

    private void tried(LaterFailure.Writing line) {
      if (!unwritten.happened()) {
        unwritten.tried(line);
      }
    }
  }

  private static final class Watcher implements TrainingListener {
    private final TrainingRequest request;
    private final boolean resumes;
    private final int epochs;
    private final long images;
    private final Log log;
    private final Progress progress;
    private final Consumer<Screening> screened;
    private String validation = "";
    private boolean started;
    private int fold; // that is held out now; 0 for none
    private int folds;
    private int finalEpochs; // of the model of all images, once the folds are done

    Watcher(
        TrainingRequest request,
        TrainingRun run,
        Log log,
        Progress progress,
        Consumer<Screening> screened) {
      this.request = request;
      resumes = request.resumes();
      epochs = request.training().epochs();
      images = run.split().fit().size() * (1L + request.training().augment());
      this.log = log;
      this.progress = progress;
      this.screened = screened;
    }

    @Override
    public void screened(Screening screening) {
      screened.accept(screening);
    }

    @Override
    public void featuresReady(int images, int of) {
      progress.step("features", images, of, "");
      if (images == of) {
        started();
      }
    }

    @Override
    public void warned(String warning) {
      progress.warn(warning);
    }

    /** Logs the start once all features are at hand. */
    void started() {
      if (started) {
        return; // the features of its own negatives or rotations come later
      }
      started = true;
      log.event(
          resumes ? RunLog.RESUME : RunLog.START, new Start(request.config(), request.training()));
    }

    @Override
    public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
      long before = (step - 1L) * request.training().batchSize();
      String detail = String.format(Locale.ROOT, "NLL %.4f%s  epoch %d", nll, validation, epoch);
      if (fold > 0) {
        long passes = (epoch - 1L) * folds + fold - 1;
        long size = images - images / folds; // about as many in each
        long done = Math.min(passes * size + before + batchSize, (passes + 1) * size);
        String held = "  fold " + fold + " of " + folds;
        progress.step("cross-fitting", done, epochs * folds * size, detail + held);
      } else {
        long all = finalEpochs == 0 ? epochs : finalEpochs;
        progress.step("training", (epoch - 1) * images + before + batchSize, all * images, detail);
      }
    }

    @Override
    public void foldBegins(int number, int of) {
      if (folds == 0) {
        int patience = request.training().patience();
        String stops =
            patience == 0
                ? ""
                : ", or %s after the lowest NLL of the images held out (--patience 0 runs all)"
                    .formatted(patience);
        progress.note("cross-fitting: up to %s epochs%s".formatted(epochs, stops));
      }
      fold = number;
      folds = of;
    }

    @Override
    public TrainingListener keptFold(int number, int of) {
      progress.step("folds to keep", number - 1, of, "");
      return new TrainingListener() {
        @Override
        public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
          String detail = String.format(Locale.ROOT, "NLL %.4f  epoch %d", nll, epoch);
          progress.step("folds to keep", number - 1, of, detail);
        }
      };
    }

    @Override
    public void foldsEpochDone(FoldsEpochRecord epoch) {
      log.event("foldsEpoch", epoch);
      validation = String.format(Locale.ROOT, "  held out %.4f", epoch.meanHeldOutNll());
      progress.note(
          String.format(
              Locale.ROOT,
              "%d folds, epoch %d/%d  NLL %.4f%s%s",
              folds,
              epoch.epoch(),
              epochs,
              epoch.trainNll(),
              validation,
              epoch.best() ? " *" : ""));
    }

    @Override
    public void foldsDone(int wanted) {
      fold = 0;
      finalEpochs = wanted;
      validation = "";
    }

    @Override
    public void epochDone(EpochRecord epoch) {
      log.epochDone(epoch);
      Double nll = epoch.validationNll();
      validation = nll == null ? "" : String.format(Locale.ROOT, "  validation %.4f", nll);
      progress.note(
          String.format(
              Locale.ROOT,
              "%sepoch %d/%d  NLL %.4f%s%s  %.1f images/s",
              finalEpochs == 0 ? "" : "all images, ",
              epoch.epoch(),
              finalEpochs == 0 ? epochs : finalEpochs,
              epoch.trainNll(),
              validation,
              epoch.best() ? " *" : "",
              epoch.imagesPerSecond()));
    }

    @Override
    public void checkpointWritten(int epoch) {
      log.checkpointWritten(epoch);
    }
  }
}
