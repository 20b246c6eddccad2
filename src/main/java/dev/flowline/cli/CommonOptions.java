package dev.flowline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --json}, and the streams that a command prints to. */
@HelpGroup.In(HelpGroup.GENERAL)
final class CommonOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output, and nothing else there.")
  private boolean json;

  /** Returns whether {@code --debug} asks for stack traces. */
  boolean debug() {
    return Boolean.TRUE.equals(command.root().findOption("--debug").getValue());
  }

  /** Returns whether the user gave {@code --json}. */
  boolean json() {
    return json;
  }

  /** Says what the command begins with, which may take long, unless it runs within a program. */
  void begins(String what) {
    Flowline.begins(command, what);
  }

  /** Returns the command as it was typed, quoted for a shell, with further arguments. */
  String typed(String... more) {
    List<String> words =
        new ArrayList<>(command.root().commandLine().getParseResult().originalArgs());
    words.addAll(List.of(more));
    return ShellCommand.of(words);
  }

  /** Returns the stream for the command's result, and for nothing else. */
  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Returns the stream for progress, notes and warnings. */
  PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Prints the result: as JSON with {@code --json}, as text otherwise. */
  void print(Object result, Consumer<PrintWriter> asText) {
    PrintWriter out = out();
    if (json) {
      out.println(text(Json.INDENTED, result));
    } else {
      asText.accept(out);
    }
    out.flush();
  }

  /** Returns a result as JSON in one line. */
  String line(Object result) {
    return text(Json.LINES, result);
  }

  private static String text(ObjectWriter form, Object result) {
    try {
      return form.writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(result.getClass() + " has no JSON form", e);
    }
  }

  /** The JSON writers, made when the first answer is printed: they take a tenth of a second. */
  private static final class Json {
    static final ObjectWriter LINES = new ObjectMapper().writer();
    static final ObjectWriter INDENTED = LINES.with(SerializationFeature.INDENT_OUTPUT);
  }
}
