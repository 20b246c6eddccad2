package dev.flowline.cli;

import dev.flowline.io.FileFault;
import dev.flowline.io.OneLine;
import dev.flowline.train.TrainingDivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The handler of failures: it prints one line to standard error and returns the exit code, 2 if an
 * argument is at fault, 1 otherwise. The stack trace is printed only with {@code --debug}.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final String DOCTOR = "; 'flowline doctor' reports what is wrong";

  private final BooleanSupplier debug;

  Failures(BooleanSupplier debug) {
    this.debug = debug;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    StringBuilder message = new StringBuilder(firstLine(e.getMessage()));
    if (e instanceof UnmatchedArgumentException unmatched) {
      if (command.getParent() == null && !unmatched.isUnknownOption()) {
        message = new StringBuilder("no command '" + unmatched.getUnmatched().get(0) + "'");
      }
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        message.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
      }
    }
    String name = command.getCommandSpec().qualifiedName();
    message.append("; see '").append(name).append(" --help'");
    print(e, command, message.toString());
    return Flowline.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    return report(e, command);
  }

  /** Prints the failure and returns the exit code that it stands for. */
  int report(Throwable failure, CommandLine command) {
    Throwable cause = unwrapped(failure);
    String message = describe(cause);
    if (cause instanceof OutOfMemoryError) {
      message += advice(command) + DOCTOR;
    }
    print(cause, command, message);
    return cause instanceof IllegalArgumentException ? Flowline.USAGE : Flowline.FAILURE;
  }

  private void print(Throwable failure, CommandLine command, String message) {
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + OneLine.of(message)); // parts may be a file's own words
    if (debug.getAsBoolean()) {
      failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof UncheckedIOException
            || cause instanceof ExecutionException
            || cause instanceof ExceptionInInitializerError)
        && cause.getCause() != null) {
      boolean saysMore =
          cause instanceof UncheckedIOException
              && cause.getMessage() != null
              && !cause.getMessage().equals(cause.getCause().toString());
      if (saysMore) {
        return cause;
      }
      cause = cause.getCause();
    }
    return cause;
  }

  /** Returns what a user can do where memory is short, with the options that the command has. */
  private static String advice(CommandLine command) {
    List<String> smaller =
        Stream.of("--batch", "--input")
            .filter(option -> command.getCommandSpec().findOption(option) != null)
            .toList();
    return (smaller.isEmpty() ? "" : ", or use a smaller " + String.join(" or ", smaller))
        + ", or free some memory";
  }

  /** Returns what went wrong, in one line. */
  static String describe(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      String reason = firstLine(failure.getMessage());
      boolean heap = reason.contains("heap") || reason.contains("GC overhead");
      return "out of memory (%s)%s"
          .formatted(reason, heap ? ": give Java more with FLOWLINE_JAVA_OPTS=-Xmx8g" : "");
    }
    if (failure instanceof LinkageError) {
      return "the native libraries do not load (" + nameAndMessage(failure) + ")" + DOCTOR;
    }
    if (failure instanceof FileSystemException file) {
      return file.getFile() == null
          ? FileFault.of(file)
          : file.getFile() + ": " + FileFault.of(file);
    }
    if (failure instanceof UncheckedIOException wrapped) {
      return firstLine(wrapped.getMessage()) + ": " + describe(wrapped.getCause());
    }
    if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
      return failure.getMessage() == null
          ? nameAndMessage(failure)
          : firstLine(failure.getMessage());
    }
    // Only messages of Flowline stand alone; the others need the name of their class.
    boolean standsAlone =
        (failure instanceof IllegalStateException || failure instanceof TrainingDivergedException)
            && failure.getMessage() != null;
    return standsAlone ? firstLine(failure.getMessage()) : nameAndMessage(failure);
  }

  private static String nameAndMessage(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? name : name + ": " + firstLine(failure.getMessage());
  }

  /** Returns the first line of a message; LibTorch's errors carry a C++ stack below it. */
  private static String firstLine(String message) {
    return message == null ? "" : message.strip().lines().findFirst().orElse("");
  }
}
