package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommonOptionsTest {
  @CommandLine.Command(name = "measure")
  private static final class Measure implements Runnable {
    @CommandLine.Mixin CommonOptions common;

    @Override
    public void run() {
      common.err().println("a note");
      common.print(Map.of("imageAuroc", 0.5), out -> out.println("image AUROC 0.5"));
    }
  }

  private final Measure measure = new Measure();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(measure).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Test
  void textByDefault() {
    line.execute();
    assertEquals("image AUROC 0.5\n", out.toString());
  }

  @Test
  void jsonIsOneObjectAndNothingElse() {
    line.execute("--json");
    assertEquals("{\"imageAuroc\":0.5}", out.toString().replaceAll("\\s", ""));
  }
}
