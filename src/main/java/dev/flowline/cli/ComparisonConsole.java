package dev.flowline.cli;

import dev.flowline.compare.ComparisonHost;
import dev.flowline.compare.PlannedRun;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.Report;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.tensor.Device;
import dev.flowline.train.Extraction;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.util.Locale;

/** A comparison on the command line: its progress and its failures go to standard error. */
final class ComparisonConsole implements ComparisonHost {
  private final Device device;
  private final CommonOptions common;
  private Progress progress;

  ComparisonConsole(Device device, CommonOptions common) {
    this.device = device;
    this.common = common;
  }

  @Override
  public void resumed(int finished, int of) {
    common.err().printf(Locale.ROOT, "%d of %d runs are there already%n", finished, of);
  }

  @Override
  public void started(PlannedRun run, int number, int of) {
    common.err().printf(Locale.ROOT, "run %d of %d: %s%n", number, of, run);
  }

  @Override
  public void progressed(String task, int images, int of) {
    if (progress == null) {
      progress = Progress.on(common.err());
    }
    progress.step(task, images, of, "");
    if (images == of) {
      endProgress();
    }
  }

  private void endProgress() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }

  @Override
  public void train(TrainingRequest request, Extraction features) throws IOException {
    TrainingReport.run(request, features, device, common);
  }

  @Override
  public void report(PlannedRun run, EvaluationResult result, Inspector inspector)
      throws IOException {
    AnomalyModel model = inspector.model();
    String title =
        "%s, %s, seed %d".formatted(run.dataset().category(), run.model().title(), run.seed());
    var facts = ModelFacts.of(model.config(), inspector.test(), model.cost());
    new Report(title, result, facts, GalleryPictures::read).write(run.folder());
  }

  @Override
  public String failed(PlannedRun run, Exception failure) {
    endProgress();
    String reason = Failures.describe(failure);
    common.err().println("failed: " + run + ": " + reason);
    if (common.debug()) {
      failure.printStackTrace(common.err());
    }
    return reason;
  }
}
