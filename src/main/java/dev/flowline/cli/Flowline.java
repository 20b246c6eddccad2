package dev.flowline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.flowline.internal.OwnOutput;
import dev.flowline.io.ImageNotes;
import dev.flowline.io.Images;
import dev.flowline.model.ModelKind;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. Results go to standard output, everything else to standard error. */
@Command(
    name = "flowline",
    description = "Finds defects on production lines, learned from good images alone.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpWidth = Flowline.HELP_WIDTH,
    parameterListHeading = "%nArguments:%n",
    commandListHeading = "%nCommands:%n",
    sortOptions = false)
public final class Flowline implements Callable<Integer> {
  static final int HELP_WIDTH = 100;
  static final int SUCCESS = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;

  /** The exit code of a process that a signal ended is the signal's number and this. */
  static final int KILLED = 128;

  /** The exit code if a verdict is not GOOD, or if drift is detected, and the user asked for it. */
  static final int DEFECT = 3;

  static final int DRIFT = 4;

  /** The exit code of {@code info --certificate} if nothing is guaranteed, or no longer. */
  static final int NO_CERTIFICATE = 5;

  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          TrainCommand.class,
          EvaluateCommand.class,
          CompareCommand.class,
          TuneCommand.class,
          InspectCommand.class,
          CalibrateCommand.class,
          AcceptanceCommand.class,
          DetectabilityCommand.class,
          DriftCommand.class,
          SynthesizeCommand.class,
          ImportCommand.class,
          ExportCommand.class,
          VerifyCommand.class,
          BenchCommand.class,
          InfoCommand.class,
          DoctorCommand.class,
          CompletionCommand.class);

  private static final Map<String, String> EXIT_CODES = exitCodes();

  @Spec private CommandSpec spec;

  @HelpGroup.In(HelpGroup.GENERAL)
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  private boolean debug;

  private boolean ownProcess;
  private boolean bitsAreScaled;

  Flowline() {}

  /** Says what a command begins with, which may take long, unless it runs within a program. */
  static void begins(CommandSpec command, String what) {
    if (((Flowline) command.root().userObject()).ownProcess) {
      command.commandLine().getErr().println(what);
    }
  }

  /** Says that this command scales samples of fewer bits than 16, so that no note asks for it. */
  void scaleBits() {
    bitsAreScaled = true;
  }

  public static void main(String[] args) {
    // A library that prints to standard output would spoil the one JSON object of --json.
    System.setOut(System.err);
    PrintWriter out = new PrintWriter(OwnOutput.take(), false, UTF_8);
    PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    StopSignals.handle(err);
    Flowline flowline = new Flowline();
    flowline.ownProcess = true;
    System.exit(flowline.runs(out, err, args));
  }

  /** Runs one command and returns its exit code; never throws. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return new Flowline().runs(out, err, args);
  }

  private int runs(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = commandLine(this, called(args)).setOut(out).setErr(err);
    Failures failures = new Failures(() -> debug);
    line.setParameterExceptionHandler(failures);
    line.setExecutionExceptionHandler(failures);
    int exitCode;
    String largestImage = System.getProperty(Images.MAX_BYTES);
    try (ImageNotes notes = ImageNotes.collect()) {
      try {
        exitCode = line.execute(args);
      } catch (Error e) {
        exitCode = failures.report(e, line);
      }
      notes
          .lines(note -> !(bitsAreScaled && note.isOfBits()))
          .forEach(note -> err.println("note: " + note));
    } finally { // --max-image-bytes holds for this command
      if (largestImage == null) {
        System.clearProperty(Images.MAX_BYTES);
      } else {
        System.setProperty(Images.MAX_BYTES, largestImage);
      }
    }
    if (out.checkError()) { // flushes; a full disk behind it, or a reader that has gone
      err.println("flowline: cannot write standard output");
      exitCode = exitCode == SUCCESS ? FAILURE : exitCode;
    }
    err.flush();
    return exitCode;
  }

  /**
   * Returns the one command that is called, or all of them if it is not clear or they are to be
   * named: to read what all of them offer takes longer than most of them run.
   */
  private static List<Class<?>> called(String... args) {
    for (Class<?> command : COMMANDS) {
      boolean namesOthers = command == CompletionCommand.class;
      if (args.length > 0 && !namesOthers && args[0].equals(name(command))) {
        return List.of(command);
      }
    }
    return COMMANDS;
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  /** Returns the command line with all commands. */
  static CommandLine commandLine(Flowline flowline) {
    return commandLine(flowline, COMMANDS);
  }

  private static CommandLine commandLine(Flowline flowline, List<Class<?>> commands) {
    CommandLine line = new CommandLine(flowline);
    commands.forEach(line::addSubcommand);
    line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUnmatchedOptionsAllowedAsOptionParameters(false)
        .setExecutionStrategy(new RunIfAllIsMatched())
        .registerConverter(Path.class, new ArgumentPath());
    if (System.getProperty("flowline.checkout") != null) {
      line.getCommandSpec().usageMessage().footer(CheckoutVerbs.HELP);
    }
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(EXIT_CODES);
    GroupedOptions.install(line);
    for (Class<?> command : commands) {
      if (command == TrainCommand.class || command == CompareCommand.class) {
        CommandSpec trains = line.getSubcommands().get(name(command)).getCommandSpec();
        trains.usageMessage().footer(models());
      }
    }
    return line;
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("" + SUCCESS, "success");
    codes.put("" + FAILURE, "failure, or an image that cannot be read");
    codes.put("" + USAGE, "mistake in the command line");
    codes.put("" + DEFECT, "with --fail-on-defect: a verdict that is not GOOD");
    codes.put("" + DRIFT, "with --fail-on-drift: good parts have changed");
    codes.put("" + NO_CERTIFICATE, "with --certificate: nothing is guaranteed, or no longer");
    return codes;
  }

  /** Returns the list of models, each below the one before with its further lines indented. */
  private static String[] models() {
    List<String> lines = new ArrayList<>(List.of("", "Models:"));
    for (ModelKind kind : ModelKind.values()) {
      StringBuilder line = new StringBuilder("  " + kind.title() + ":");
      for (String word : kind.facts().description().split(" ")) {
        if (line.length() + 1 + word.length() > HELP_WIDTH) {
          lines.add(line.toString());
          line = new StringBuilder("     ");
        }
        line.append(' ').append(word);
      }
      lines.add(line.toString());
    }
    return lines.toArray(String[]::new);
  }

  /** Prints the usage as an error, because no command was given. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return USAGE;
  }
}
