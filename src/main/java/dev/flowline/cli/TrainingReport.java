package dev.flowline.cli;

import dev.flowline.model.ModelConfig;
import dev.flowline.train.EpochRecord;
import dev.flowline.train.RunLog;
import dev.flowline.train.TrainingDivergedException;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRequest;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.util.Map;

/**
 * A training watched from the command line: its progress goes to standard error, its run log to a
 * file.
 *
 * @param config of the model that was written
 * @param seconds that it took
 */
record TrainingReport(ModelConfig config, double seconds) {
  static TrainingReport run(TrainingRequest request, CommonOptions common) throws IOException {
    long start = System.nanoTime();
    request.requireNothingToLose();
    if (request.resume() && !request.resumes()) {
      common.err().println("note: no " + request.checkpoint() + ": starting anew");
    }
    try (RunLog log = new RunLog(request.runLog(), request.resumes());
        Progress progress = Progress.on(common.err())) {
      try {
        Watcher watcher = new Watcher(request, log, progress);
        ModelConfig config = TrainingRun.execute(request, watcher);
        double seconds = (System.nanoTime() - start) / 1e9;
        log.event("end", Map.of("config", config, "seconds", seconds));
        return new TrainingReport(config, seconds);
      } catch (TrainingDivergedException e) {
        log.event("diverged", Map.of("epoch", e.epoch(), "message", e.getMessage()));
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  private static final class Watcher implements TrainingListener {
    private final TrainingRequest request;
    private final boolean resumes;
    private final int epochs;
    private final RunLog log;
    private final Progress progress;

    Watcher(TrainingRequest request, RunLog log, Progress progress) {
      this.request = request;
      resumes = request.resumes();
      epochs = request.training().epochs();
      this.log = log;
      this.progress = progress;
    }

    @Override
    public void featuresReady(int images, int of) {
      progress.step("features", images, of, "");
      if (images == of) {
        log.event(
            resumes ? "resume" : "start",
            Map.of("config", request.config(), "training", request.training()));
      }
    }

    @Override
    public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
      long done = (long) (epoch - 1) * steps + step;
      progress.step(
          "training", done, (long) epochs * steps, "epoch %d, NLL %.4f".formatted(epoch, nll));
    }

    @Override
    public void epochDone(EpochRecord epoch) {
      log.epochDone(epoch);
      progress.note(
          "epoch %d/%d  NLL %.4f%s  %.1f images/s"
              .formatted(
                  epoch.epoch(),
                  epochs,
                  epoch.trainNll(),
                  epoch.validationNll() == null
                      ? ""
                      : "  validation %.4f%s"
                          .formatted(epoch.validationNll(), epoch.best() ? " *" : ""),
                  epoch.imagesPerSecond()));
    }

    @Override
    public void checkpointWritten(int epoch) {
      log.checkpointWritten(epoch);
    }
  }
}
