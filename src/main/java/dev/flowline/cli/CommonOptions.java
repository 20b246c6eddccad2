package dev.flowline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.runtime.NativeRuntime;
import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options of every command that computes: {@code --threads} and {@code --json}. */
@HelpGroup.In(HelpGroup.GENERAL)
final class CommonOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Threads of LibTorch and OpenBLAS (default: OMP_NUM_THREADS, or one per core).")
  private Integer threads;

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  /** The number of threads asked for, or what suits the machine; at least 1. */
  int threads() {
    return threads == null ? NativeRuntime.threads() : threads;
  }

  /** The number of threads asked for; null for none. */
  Integer wantedThreads() {
    return threads;
  }

  /** Loads LibTorch with the threads that the user wants. */
  void useThreads() {
    if (threads != null) {
      NativeRuntime.setThreads(threads);
    }
    NativeRuntime.load();
  }

  /** Whether stack traces are wanted. */
  boolean debug() {
    return Boolean.TRUE.equals(command.root().findOption("--debug").getValue());
  }

  boolean json() {
    return json;
  }

  /** Where the command's result goes, and nothing but the result. */
  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Where progress, notes and warnings go. */
  PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Prints the result: as JSON under {@code --json}, as text otherwise. */
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

  static final class AtLeastOne implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      try {
        int number = Integer.parseInt(value);
        if (number >= 1) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Falls through: not a number is as wrong as one that is too small.
      }
      throw new TypeConversionException("'" + value + "' is not a whole number of at least 1");
    }
  }

  /** Set up only where a command prints JSON: it would cost every command a tenth of a second. */
  private static final class Json {
    static final ObjectWriter LINES = new ObjectMapper().writer();
    static final ObjectWriter INDENTED = LINES.with(SerializationFeature.INDENT_OUTPUT);
  }
}
