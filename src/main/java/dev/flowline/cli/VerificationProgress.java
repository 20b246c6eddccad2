package dev.flowline.cli;

import dev.flowline.export.PathProgress;
import dev.flowline.io.ImagesDone;
import java.io.PrintWriter;

/** The progress of a verification on standard error, path by path, if it takes longer. */
final class VerificationProgress implements PathProgress, AutoCloseable {
  private final Progress progress;
  private String path = "";
  private ImagesDone shown;

  VerificationProgress(PrintWriter err) {
    progress = Progress.on(err);
  }

  @Override
  public void report(String of, int done, int total) {
    if (!of.equals(path)) {
      path = of;
      shown = LateProgress.of(progress, of, System::nanoTime);
    }
    shown.report(done, total);
  }

  @Override
  public void close() {
    progress.close();
  }
}
