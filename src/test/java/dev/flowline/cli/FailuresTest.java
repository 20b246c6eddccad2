package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class FailuresTest {
  @CommandLine.Command(name = "try")
  private static final class Try {}

  static Arguments[] failures() {
    return new Arguments[] {
      Arguments.of(
          new IllegalArgumentException("steps must be 1…8, got 9"), 2, "steps must be 1…8, got 9"),
      Arguments.of(new IOException("m.flowline: truncated"), 1, "m.flowline: truncated"),
      Arguments.of(new IOException("no tensor '\u001b[2J\u2028'"), 1, "no tensor '?[2J?'"),
      Arguments.of(new NoSuchFileException("a.png"), 1, "a.png: no such file or folder"),
      Arguments.of(new AccessDeniedException("a.png"), 1, "a.png: no permission"),
      Arguments.of(
          new FileSystemException("out.png", null, "No space left on device"),
          1,
          "out.png: No space left on device"),
      Arguments.of(
          new UncheckedIOException(new NoSuchFileException("b")), 1, "b: no such file or folder"),
      Arguments.of(
          new UncheckedIOException("while reading the masks", new NoSuchFileException("b")),
          1,
          "while reading the masks: b: no such file or folder"),
      Arguments.of(
          new ExecutionException(new IllegalArgumentException("worker says no")),
          2,
          "worker says no"),
      Arguments.of(
          new IllegalStateException("training diverged at epoch 3"),
          1,
          "training diverged at epoch 3"),
      Arguments.of(new NullPointerException(), 1, "NullPointerException"),
      Arguments.of(
          new RuntimeException("mat1 and mat2 shapes\nframe #0: at::native"),
          1,
          "RuntimeException: mat1 and mat2 shapes"),
      Arguments.of(
          new OutOfMemoryError("Java heap space"),
          1,
          "out of memory (Java heap space): give Java more with FLOWLINE_JAVA_OPTS=-Xmx8g, or free"),
      Arguments.of(
          new UnsatisfiedLinkError("no jnitorch in java.library.path"),
          1,
          "no jnitorch in java.library.path); 'flowline doctor' reports what is wrong"),
    };
  }

  @ParameterizedTest
  @MethodSource("failures")
  void oneLineAndAnExitCode(Throwable failure, int exitCode, String message) {
    StringWriter err = new StringWriter();
    assertEquals(exitCode, report(false, failure, err));
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertTrue(err.toString().startsWith("try: "), err.toString());
    assertTrue(err.toString().contains(message), err.toString());
  }

  @Test
  void adviceIsOfOptionsThatTheCommandHas() {
    CommandLine flowline = Flowline.commandLine(new Flowline());
    for (CommandLine command : flowline.getSubcommands().values()) {
      StringWriter err = new StringWriter();
      command.setErr(new PrintWriter(err));
      new Failures(() -> false).report(new OutOfMemoryError("Java heap space"), command);
      for (String option : List.of("--batch", "--input")) {
        boolean has = command.getCommandSpec().findOption(option) != null;
        assertEquals(has, err.toString().contains(option), err.toString());
      }
    }
  }

  @Test
  void debugShowsTheStack() {
    StringWriter err = new StringWriter();
    report(true, new IOException("disk"), err);
    assertTrue(err.toString().contains("\tat dev.flowline.cli.FailuresTest"), err.toString());
  }

  private static int report(boolean debug, Throwable failure, StringWriter err) {
    CommandLine command = new CommandLine(new Try()).setErr(new PrintWriter(err));
    return new Failures(() -> debug).report(failure, command);
  }
}
