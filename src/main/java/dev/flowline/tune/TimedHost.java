package dev.flowline.tune;

import dev.flowline.bench.Deadline;
import dev.flowline.compare.ComparisonHost;
import dev.flowline.compare.PlannedRun;
import dev.flowline.compare.WorkStopped;
import dev.flowline.train.Extraction;
import dev.flowline.train.TrainingRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A host that stops what takes longer than the budget has, while images are worked through. */
final class TimedHost implements ComparisonHost {
  private final ComparisonHost host;
  private Deadline end = Deadline.NEVER;

  TimedHost(ComparisonHost host) {
    this.host = host;
  }

  /** Stops what takes longer than so many seconds from now on. */
  void allow(double seconds) {
    end = Deadline.in(seconds);
  }

  @Override
  public void progressed(String task, int images, int of) {
    host.progressed(task, images, of);
    if (images < of && end.isOver()) {
      throw new WorkStopped();
    }
  }

  @Override
  public void resumed(int finished, int of) {
    host.resumed(finished, of);
  }

  @Override
  public void started(PlannedRun run, int number, int of) {
    host.started(run, number, of);
  }

  @Override
  public void train(TrainingRequest request, Extraction features) throws IOException {
    host.train(request, features);
  }

  @Override
  public void warned(PlannedRun run, List<String> warnings) {
    host.warned(run, warnings);
  }

  @Override
  public BufferedImage picture(Path file) {
    return host.picture(file);
  }

  @Override
  public String failed(PlannedRun run, Exception failure) {
    return host.failed(run, failure);
  }
}
