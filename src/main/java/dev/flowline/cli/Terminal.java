package dev.flowline.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The test whether standard error is a terminal. */
final class Terminal {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Returns whether standard error is a terminal that can move its cursor. */
  static boolean watchesStandardError() {
    String term = System.getenv("TERM");
    return term != null && !term.equals("dumb") && isStandardError();
  }

  private static boolean isStandardError() {
    try {
      return isDevice(Files.readSymbolicLink(STANDARD_ERROR));
    } catch (IOException | UnsupportedOperationException e) {
      return isConsole(System.console()); // no Linux: a guess from standard input and output
    }
  }

  static boolean isDevice(Path target) {
    return target.toString().matches("/dev/(pts/\\d+|tty\\w*|console)");
  }

  /**
   * Returns whether a console is a terminal: from Java 22 on there is a console without one, too.
   */
  private static boolean isConsole(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
