package dev.flowline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a long work is: a bar with speed and remaining time on a terminal, plain lines otherwise.
 * It goes to standard error, since standard output belongs to results.
 */
final class Progress implements AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final boolean terminal;
  private String task = "";
  private ProgressBar bar;
  private long started;
  private long lastLine;

  private Progress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  static Progress on(PrintWriter err) {
    String term = System.getenv("TERM");
    return new Progress(err, System.console() != null && term != null && !term.equals("dumb"));
  }

  /**
   * @param done of {@code total}
   * @param detail shown behind; may be empty
   */
  void step(String name, long done, long total, String detail) {
    if (!name.equals(task)) {
      begin(name, total);
    }
    if (terminal) {
      bar.stepTo(done);
      bar.setExtraMessage(detail);
      return;
    }
    long now = System.nanoTime();
    if (done == total || now - lastLine > BETWEEN_LINES.toNanos()) {
      lastLine = now;
      double seconds = (now - started) / 1e9;
      String left = "%.0f s left".formatted(seconds / done * (total - done));
      err.printf(
          "%s %d/%d  %s%s%n", name, done, total, left, detail.isEmpty() ? "" : "  " + detail);
    }
  }

  /** A line that stays. */
  void note(String line) {
    if (!terminal) {
      err.println(line);
    }
  }

  private void begin(String name, long total) {
    close();
    task = name;
    started = System.nanoTime();
    lastLine = started;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .showSpeed()
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    task = "";
  }
}
