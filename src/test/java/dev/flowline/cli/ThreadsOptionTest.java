package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.flowline.runtime.NativeRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ThreadsOptionTest {
  @CommandLine.Command(name = "measure")
  private static final class Measure implements Runnable {
    @CommandLine.Mixin ThreadsOption threads;

    @Override
    public void run() {}
  }

  private final Measure measure = new Measure();
  private final CommandLine line = new CommandLine(measure);

  @Test
  void theNumberIsTheGivenOneOrThatOfTheMachine() {
    line.execute("--threads", "3");
    assertEquals(3, measure.threads.number());
    assertEquals(3, measure.threads.given());
    line.execute();
    assertEquals(NativeRuntime.threads(), measure.threads.number());
    assertNull(measure.threads.given());
  }

  /** An option that has no effect would mislead. */
  @ParameterizedTest
  @ValueSource(strings = {"info", "import", "synthesize", "completion"})
  void commandsThatDoNotComputeHaveNone(String command) {
    assertFalse(Invocation.of(command, "--help").out().contains("--threads"));
  }
}
