package dev.flowline.runtime;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of a fresh JVM with the flags and the class path of this one. */
public final class FreshJvm {
  private FreshJvm() {}

  /**
   * Returns the command.
   *
   * @param flags more of them
   * @param main the name of the class whose main method it runs
   * @param arguments of that method
   */
  public static List<String> command(List<String> flags, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A debugger's port or an agent's socket cannot be opened twice.
      if (!flag.startsWith("-agent") && !flag.startsWith("-javaagent")) {
        command.add(flag);
      }
    }
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }
}
