package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.MarkdownPage;
import dev.flowline.model.ModelKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FlowlineTest {
  private static List<String> commands() {
    return List.copyOf(Flowline.commandLine(new Flowline()).getSubcommands().keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpGoesToStandardOutputAndSucceeds(String option) {
    Invocation help = Invocation.of(option);
    assertEquals(0, help.exitCode());
    assertEquals("", help.err());
    commands().forEach(command -> assertTrue(help.out().contains(command), command));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelp(String command) {
    Invocation help = Invocation.of(command, "--help");
    assertEquals(0, help.exitCode());
    assertTrue(help.out().startsWith("Usage: flowline " + command), help.out());
    assertTrue(help.out().contains("--debug"), help.out());
  }

  /** Only the command that is called is read, and must be what it is among all of them. */
  @ParameterizedTest
  @MethodSource("commands")
  void aCommandAloneIsTheSame(String command) {
    CommandLine all = Flowline.commandLine(new Flowline());
    String help = all.getSubcommands().get(command).getUsageMessage();
    assertEquals(help, Invocation.of(command, "--help").out());
  }

  /** Common options first, research switches last, each option once. */
  @ParameterizedTest
  @MethodSource("commands")
  void helpHasHeadingsInTheirOrder(String command) {
    String help = Invocation.of(command, "--help").out();
    int before = -1;
    for (HelpGroup group : HelpGroup.values()) {
      int at = help.indexOf("\n" + group.heading() + "\n");
      assertEquals(at, help.lastIndexOf("\n" + group.heading() + "\n"), help);
      assertTrue(at < 0 || at > before, help);
      before = Math.max(before, at);
    }
    assertTrue(help.contains(HelpGroup.GENERAL.heading()), help);
  }

  @Test
  void researchSwitchesStandInAGroupOfTheirOwn() {
    String help = Invocation.of("train", "--help").out();
    String research = help.substring(help.indexOf(HelpGroup.RESEARCH.heading()));
    for (String option :
        List.of("--pfa-bound=", "--number-of-tests=", "--null=", "--soft-clamp=")) {
      assertTrue(research.contains("      " + option), research);
    }
    assertFalse(research.contains("      --epochs="), research);
  }

  @Test
  void calibrateOffersNoThresholdSetByHand() {
    assertFalse(Invocation.of("calibrate", "--help").out().contains("--log10-epsilon"));
    assertUsageError("--log10-epsilon", "calibrate", "m", "--good=g", "--log10-epsilon=1");
  }

  @Test
  void versionIsOneLine() {
    Invocation version = Invocation.of("--version");
    assertEquals(0, version.exitCode());
    assertEquals(1, version.out().lines().count());
    assertTrue(version.out().startsWith("flowline "), version.out());
  }

  @Test
  void withoutACommandTheUsageIsAnError() {
    Invocation nothing = Invocation.of();
    assertEquals(2, nothing.exitCode());
    assertEquals("", nothing.out());
    assertTrue(nothing.err().startsWith("Usage: flowline"), nothing.err());
  }

  /** What is reconstructed is said wherever a model can be chosen. */
  @ParameterizedTest
  @ValueSource(strings = {"train", "compare"})
  void helpNamesEveryModelAndWhatIsReconstructed(String command) {
    String help = Invocation.of(command, "--help").out();
    for (ModelKind kind : ModelKind.values()) {
      assertTrue(help.contains("  " + kind.title() + ": "), help);
      assertEquals(
          kind.facts().reconstructed(), help.contains(kind.id() + " (reconstructed): "), help);
    }
  }

  @Test
  void aMistypedCommandIsAnsweredWithTheRightOne() {
    assertUsageError("did you mean doctor", "doctr");
  }

  /** Picocli runs the command that follows, or shows the help. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspct info models",
        "inspct inspect m.flowline a.png",
        "inspct --help",
        "inspct -h",
        "inspct --version",
        "--help inspct",
        "--version inspct",
        "--debug inspct info models",
        "inspct --debug info models",
        "inspct nonsense info models",
        "inspct"
      })
  void aWordThatIsNoCommandIsAnErrorWhateverStandsBesideIt(String line) {
    Invocation wrong = Invocation.of(line.split(" "));
    assertEquals(2, wrong.exitCode(), wrong.out());
    assertEquals("", wrong.out());
    String said = wrong.err().lines().findFirst().orElseThrow();
    assertTrue(said.startsWith("flowline: no command 'inspct'; did you mean inspect"), said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train nonsense --help",
        "completion nonsense",
        "completion nonsense --help",
        "doctor --nonsense --help",
        "train --data d info models"
      })
  void aWordThatACommandDoesNotTakeIsAnErrorToo(String line) {
    Invocation wrong = Invocation.of(line.split(" "));
    assertEquals(2, wrong.exitCode(), wrong.out());
    assertEquals("", wrong.out());
    assertTrue(wrong.err().contains("--help"), wrong.err());
  }

  /** The help and the page have one table of exit codes. */
  @Test
  void everyExitCodeIsDocumented() throws IOException {
    String help = Invocation.of("--help").out();
    String page = MarkdownPage.of("docs/commands.md").section("## Exit codes");
    for (int code = 0; code <= 5; code++) {
      assertTrue(help.contains("\n  " + code + "   "), help);
      assertTrue(page.contains("\n| " + code + " | "), page);
    }
    assertFalse(Invocation.of("train", "--help").out().contains("Exit codes:"));
  }

  @Test
  void anUnknownOptionIsNamed() {
    assertUsageError("--no-such-option", "doctor", "--no-such-option");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "two", "1.5", ""})
  void threadsAreAWholeNumberOfAtLeastOne(String threads) {
    assertUsageError("at least 1", "doctor", "--threads=" + threads);
  }

  @ParameterizedTest
  @CsvSource({
    "evaluate, m --data=d",
    "compare, --data=d --models=u-flow -o=o",
    "synthesize, --data=d -o=o"
  })
  void aGalleryHasAtLeastNoImage(String command, String others) {
    List<String> arguments = new ArrayList<>(List.of(command, "--gallery=-1"));
    arguments.addAll(List.of(others.split(" ")));
    assertUsageError("at least 0", arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void completionKnowsEveryCommand(String command) {
    Invocation completion = Invocation.of("completion");
    assertEquals(0, completion.exitCode());
    assertTrue(completion.out().contains("\n      " + command + ") options="), command);
  }

  @Test
  void bashAcceptsTheCompletion(@TempDir Path folder) throws Exception {
    Path script =
        Files.writeString(folder.resolve("completion"), Invocation.of("completion").out());
    Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
    assertTrue(bash.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, bash.exitValue());
  }

  @Test
  void standardOutputOfTheProcessHoldsTheResultAlone(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("out");
    int exitCode = launch(out, "completion", "--debug");
    assertEquals(0, exitCode);
    assertTrue(Files.readString(out).startsWith("#!/usr/bin/env bash"), Files.readString(out));
    assertEquals(2, launch(out, "--no-such-option"));
    assertEquals("", Files.readString(out));
  }

  @Test
  void aResultThatIsLostIsAFailure() throws Exception {
    assertEquals(1, launch(Path.of("/dev/full"), "completion"));
    assertEquals(1, launch(Path.of("/dev/full"), "info", "models", "--json"));
    Writer full =
        new Writer() {
          @Override
          public void write(char[] text, int from, int length) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    StringWriter err = new StringWriter();
    assertEquals(1, Flowline.run(new PrintWriter(full), new PrintWriter(err), "--version"));
    assertEquals("flowline: cannot write standard output\n", err.toString());
  }

  private static int launch(Path out, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Flowline.class.getName()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private static void assertUsageError(String expected, String... args) {
    Invocation wrong = Invocation.of(args);
    assertEquals(2, wrong.exitCode());
    assertEquals("", wrong.out());
    assertEquals(1, wrong.err().lines().count(), wrong.err());
    assertTrue(wrong.err().startsWith("flowline"), wrong.err());
    assertTrue(wrong.err().contains(expected), wrong.err());
    assertTrue(wrong.err().contains("--help"), wrong.err());
    assertFalse(wrong.err().contains("Exception"), wrong.err());
  }
}
