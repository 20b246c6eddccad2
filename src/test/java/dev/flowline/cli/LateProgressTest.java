package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.io.ImagesDone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LateProgressTest {
  @Test
  void showsAWorkOfTwoSecondsAndNoShorterOne() {
    AtomicLong clock = new AtomicLong(5);
    StringWriter shown = new StringWriter();
    try (Progress progress = new Progress(new PrintWriter(shown, true), false, clock::get)) {
      ImagesDone quick = LateProgress.of(progress, "comparing", clock::get);
      clock.addAndGet(1_999_999_999L);
      quick.report(3, 3);
      assertEquals("", shown.toString());
      ImagesDone slow = LateProgress.of(progress, "comparing", clock::get);
      clock.addAndGet(2_000_000_000L);
      slow.report(4, 4);
      assertEquals("comparing 4/4", shown.toString().strip());
    }
  }
}
