package dev.flowline.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The text of a command of Flowline that can be pasted into a shell. */
final class ShellCommand {
  private ShellCommand() {}

  /** Returns a command with the program's name before its words, each quoted if it has to be. */
  static String of(List<String> words) {
    List<String> all = new ArrayList<>(List.of(program()));
    all.addAll(words);
    return all.stream().map(ShellCommand::quoted).collect(Collectors.joining(" "));
  }

  /** Returns a file as a word that is taken neither for an option nor for a file of arguments. */
  static String word(Path file) {
    String name = file.toString();
    return name.startsWith("-") || name.startsWith("@") ? "./" + name : name;
  }

  private static String program() {
    String checkout = System.getProperty("flowline.checkout");
    if (checkout == null) {
      return "flowline";
    }
    boolean here = Path.of("").toAbsolutePath().equals(Path.of(checkout));
    return here ? "./flowline" : checkout + "/flowline";
  }

  private static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
