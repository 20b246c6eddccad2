package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
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

  @Test
  void aTerminalIsADeviceAndNoFileOrPipe() {
    assertTrue(Terminal.isDevice(Path.of("/dev/pts/3")));
    assertTrue(Terminal.isDevice(Path.of("/dev/tty1")));
    for (String other : new String[] {"/dev/null", "/tmp/log", "pipe:[81]", "/home/dev/pts/3"}) {
      assertFalse(Terminal.isDevice(Path.of(other)), other);
    }
  }
}
