package dev.flowline.cli;

import dev.flowline.compare.ComparisonHost;
import dev.flowline.compare.PlannedRun;
import dev.flowline.io.OneLine;
import dev.flowline.tensor.Device;
import dev.flowline.train.Extraction;
import dev.flowline.train.TrainingRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The host of a comparison on the command line: it prints progress and failures. */
final class ComparisonConsole implements ComparisonHost {
  private final Device device;
  private final CommonOptions common;
  private final Set<String> said = new HashSet<>();
  private Progress progress;

  ComparisonConsole(Device device, CommonOptions common) {
    this.device = device;
    this.common = common;
  }

  @Override
  public void resumed(int finished, int of) {
    common.err().printf(Locale.ROOT, "%d of %d runs are finished already%n", finished, of);
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
    TrainingReport.run(request, features, device, common).log().throwIfAny();
  }

  @Override
  public void warned(PlannedRun run, List<String> warnings) {
    endProgress();
    for (String warning : warnings) {
      String line = "warning: %s: %s".formatted(run.dataset().category(), warning);
      if (said.add(line)) { // other models of the category see the same masks
        common.err().println(line);
      }
    }
  }

  @Override
  public BufferedImage picture(Path file) {
    return GalleryPictures.read(file);
  }

  @Override
  public String failed(PlannedRun run, Exception failure) {
    endProgress();
    String reason = Failures.describe(failure);
    common.err().println(OneLine.of("failed: " + run + ": " + reason));
    if (common.debug()) {
      failure.printStackTrace(common.err());
    }
    return reason;
  }
}
