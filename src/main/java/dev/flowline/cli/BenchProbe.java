package dev.flowline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.bench.FreshProcess;
import dev.flowline.internal.OwnOutput;
import java.io.IOException;
import java.io.PrintWriter;

/** The program of the fresh processes that {@code bench} starts: it prints one line. */
public final class BenchProbe {
  private BenchProbe() {}

  /** Runs the program; its argument is a {@link FreshProcess} as JSON. */
  public static void main(String[] args) {
    System.setOut(System.err); // libraries may print
    PrintWriter out = new PrintWriter(OwnOutput.take(), true, UTF_8);
    int exitCode = Flowline.SUCCESS;
    try {
      FreshProcess request = FreshProcess.fromJson(args[0]);
      if (request.runsProgram()) {
        OwnOutput.keepToItself();
      }
      out.println(new ObjectMapper().writeValueAsString(request.measure()));
    } catch (IOException | RuntimeException e) {
      out.println(Failures.describe(e));
      exitCode = Flowline.FAILURE;
    }
    out.flush();
    System.exit(exitCode);
  }
}
