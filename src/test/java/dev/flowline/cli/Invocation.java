package dev.flowline.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command line within the test's JVM: its exit code and what it printed. */
public record Invocation(int exitCode, String out, String err) {
  public static Invocation of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Flowline.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Invocation(exitCode, out.toString(), err.toString());
  }
}
