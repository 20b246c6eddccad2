package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final String TEXT = "57.3 images/s  1:20 left  NLL 0.4321  validation 0.4400";

  @Test
  void speedAndRemainingTimeAreOfTheImagesSeen() {
    assertEquals("4.0 images/s  0:25 left", Progress.speed(8, 100, 2));
    assertEquals("0.5 images/s  2:00:02 left", Progress.speed(1, 3601, 2));
    assertEquals("", Progress.speed(0, 100, 0));
  }

  @Test
  void theBarTakesWhatTheTextLeaves() {
    assertEquals("training  42% [====      ] " + TEXT, Progress.line("training", 0.425, TEXT, 82));
    String wide = Progress.line("training", 1, TEXT, 300);
    assertEquals("training 100% [" + "=".repeat(30) + "] " + TEXT, wide);
    assertEquals(60, Progress.line("training", 0.425, TEXT, 60).length());
  }

  @Test
  void whereNobodyWatchesALineIsALine() {
    StringWriter err = new StringWriter();
    try (Progress progress = Progress.on(new PrintWriter(err))) {
      progress.step("evaluating", 1, 2, "");
      progress.step("evaluating", 2, 2, "NLL 0.5");
    }
    assertTrue(
        err.toString().matches("evaluating 2/2  [0-9.]+ images/s  0:00 left  NLL 0.5\\R"),
        err.toString());
  }

  /** A step a second: a line at most every 10 s, one for the last step, and a new task's own. */
  @Test
  void whereNobodyWatchesALineComesEveryTenSeconds() {
    StringWriter err = new StringWriter();
    long[] seconds = {1000};
    Progress progress =
        new Progress(new PrintWriter(err), false, () -> seconds[0] * 1_000_000_000L);
    for (int done = 0; done <= 25; done++) {
      progress.step("training", done, 25, "");
      seconds[0]++;
    }
    for (int done = 1; done <= 12; done++) {
      progress.step("evaluating", done, 100, "NLL 0.5");
      seconds[0]++;
    }
    progress.close();
    assertEquals(
        List.of(
            "training 11/25  1.0 images/s  0:14 left",
            "training 22/25  1.0 images/s  0:03 left",
            "training 25/25  1.0 images/s  0:00 left",
            "evaluating 12/100  1.0 images/s  1:28 left  NLL 0.5"),
        err.toString().lines().toList());
  }

  @Test
  void aTerminalIsADeviceAndNoFileOrPipe() {
    assertTrue(Terminal.isDevice(Path.of("/dev/pts/3")));
    assertTrue(Terminal.isDevice(Path.of("/dev/tty1")));
    for (String other : new String[] {"/dev/null", "/tmp/log", "pipe:[81]", "/home/dev/pts/3"}) {
      assertFalse(Terminal.isDevice(Path.of(other)), other);
    }
  }

  /** A bar must not swallow it. */
  @Test
  void aWarningIsPrintedOnATerminalToo() {
    for (boolean terminal : List.of(true, false)) {
      StringWriter err = new StringWriter();
      try (Progress progress = new Progress(new PrintWriter(err), terminal, System::nanoTime)) {
        progress.step("features", 1, 2, "");
        progress.warn("only 3 of 4 good images differ");
        progress.step("features", 2, 2, "");
      }
      assertTrue(err.toString().contains("warning: only 3 of 4"), terminal + ": " + err);
    }
  }
}
