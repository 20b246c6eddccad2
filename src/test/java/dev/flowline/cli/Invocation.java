package dev.flowline.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** One run of the command line within the test's JVM: its exit code and what it printed. */
public record Invocation(int exitCode, String out, String err) {
  public static Invocation of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Flowline.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Invocation(exitCode, out.toString(), err.toString());
  }

  /**
   * Returns the arguments of a command.
   *
   * @param usual each with its value behind an equals sign
   * @param more further ones, which take the place of those of the same option
   */
  static String[] arguments(List<String> usual, String... more) {
    List<String> arguments = new ArrayList<>(usual);
    for (String argument : more) {
      String option = argument.split("=")[0];
      arguments.removeIf(each -> each.startsWith(option + "="));
      arguments.add(argument);
    }
    return arguments.toArray(String[]::new);
  }
}
