package dev.flowline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * The progress of a long work over images: a bar with speed and remaining time on a terminal, plain
 * lines otherwise. It goes to standard error, because standard output holds results.
 */
final class Progress implements AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final int SHORTEST_BAR = 5;
  private static final int LONGEST_BAR = 30;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private String task = "";
  private ProgressBar bar;
  private long first;
  private long started;
  private long lastLine;

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  Progress(PrintWriter err, boolean terminal, LongSupplier nanoTime) {
    this.err = err;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  static Progress on(PrintWriter err) {
    return new Progress(err, Terminal.watchesStandardError(), System::nanoTime);
  }

  /**
   * Shows how far a task is.
   *
   * @param name of the task; another name begins a new bar
   * @param done images, of {@code total}
   * @param detail text at the end of the line; may be empty
   */
  void step(String name, long done, long total, String detail) {
    if (!name.equals(task)) {
      begin(name, done, total);
    }
    long now = nanoTime.getAsLong();
    String speed = speed(done - first, total - done, (now - started) / 1e9);
    String text = speed + (speed.isEmpty() || detail.isEmpty() ? "" : "  ") + detail;
    if (terminal) {
      bar.stepTo(done);
      bar.setExtraMessage(text);
    } else if (done == total || now - lastLine > BETWEEN_LINES.toNanos()) {
      lastLine = now;
      err.println((name + " " + done + "/" + total + "  " + text).stripTrailing());
    }
  }

  /** Returns images per second and the remaining time; empty as long as they are unknown. */
  static String speed(long done, long left, double seconds) {
    if (done <= 0 || seconds <= 0) {
      return "";
    }
    long remaining = Math.round(seconds / done * left);
    String time =
        remaining < 3600
            ? String.format(Locale.ROOT, "%d:%02d", remaining / 60, remaining % 60)
            : String.format(
                Locale.ROOT, "%d:%02d:%02d", remaining / 3600, remaining / 60 % 60, remaining % 60);
    return String.format(Locale.ROOT, "%.1f images/s  %s left", done / seconds, time);
  }

  /**
   * Prints a warning, on a line of its own; the bar of a task ends, and its next step begins one.
   */
  void warn(String text) {
    close();
    err.println("warning: " + text);
  }

  /** Prints a line if there is no bar, which it would break. */
  void note(String line) {
    if (!terminal) {
      err.println(line);
    }
  }

  private void begin(String name, long done, long total) {
    close();
    task = name;
    first = done;
    started = nanoTime.getAsLong();
    lastLine = started;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(total)
              .setRenderer(
                  (state, width) ->
                      line(
                          state.getTaskName(),
                          state.getNormalizedProgress(),
                          state.getExtraMessage(),
                          width))
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
  }

  /** Returns the line of a bar, which takes the width that the text leaves. A long text is cut. */
  static String line(String name, double part, String text, int width) {
    String head = String.format(Locale.ROOT, "%s %3d%% [", name, (int) (100 * Math.min(1, part)));
    int room = width - head.length() - text.length() - 2;
    int length = Math.max(SHORTEST_BAR, Math.min(LONGEST_BAR, room));
    int filled = (int) (length * Math.min(1, part));
    String line = head + "=".repeat(filled) + " ".repeat(length - filled) + "] " + text;
    return line.length() <= width ? line : line.substring(0, Math.max(0, width));
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
