package dev.flowline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flowline.data.Layout;
import dev.flowline.extractor.Backbone;
import dev.flowline.model.ModelKind;
import dev.flowline.train.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

/** What bash and zsh complete with the script that the program prints. */
class CompletionTest {
  @TempDir static Path folder;
  private static Path script;

  @BeforeAll
  static void aScriptAndSomeFiles() throws IOException {
    script = Files.writeString(folder.resolve("completion.sh"), Invocation.of("completion").out());
    for (String file : List.of("gear.flowline", "two words.png", "models.txt")) {
      Files.writeString(folder.resolve(file), "");
    }
    Files.createDirectory(folder.resolve("photos"));
  }

  private static final List<String> FILES =
      List.of("completion.sh", "gear.flowline", "models.txt", "photos", "two words.png");

  @Test
  void bashKnowsTheFunctionOfTheProgram() throws Exception {
    assertEquals(
        List.of("complete -F _flowline flowline"), bash("complete -p flowline", new String[0]));
  }

  @Test
  void commandsAndTheirOptionsAreCompleted() throws Exception {
    assertSame(Flowline.commandLine(new Flowline()).getSubcommands().keySet(), "");
    assertSame(List.of("inspect", "info", "import"), "i");
    assertSame(List.of("--version"), "--v");
    assertSame(List.of("--layout"), "train", "--lay");
    assertSame(List.of("--layout"), "train", "--threads", "2", "--lay");
    assertSame(List.of("--fail-on-defect", "--fail-on-drift"), "inspect", "m", "--fail");
    assertSame(List.of(), "nonsense", "--lay");
    assertSame(List.of(), "train", "");
  }

  /** Picocli's own script offered the schedules as layouts. */
  @Test
  void everyOptionHasItsOwnValues() throws Exception {
    List<String> models = Stream.of(ModelKind.values()).map(ModelKind::id).toList();
    List<String> extractors =
        new ArrayList<>(Stream.of(Backbone.values()).map(Backbone::id).toList());
    extractors.add("published");
    List<String> layouts = Stream.of(Layout.values()).map(Layout::label).toList();
    assertSame(layouts, "train", "--layout", "");
    assertSame(layouts, "evaluate", "m", "--layout", "=", "");
    assertSame(layouts, "train", "--layout", "=");
    assertSame(List.of("mvtec"), "train", "--layout", "=", "mv");
    assertSame(List.of("--layout=mvtec"), "train", "--layout=mv"); // = is no separator in zsh
    assertSame(Stream.of(Schedule.values()).map(Enum::name).toList(), "train", "--schedule", "");
    assertSame(models, "train", "--model", "");
    assertSame(extractors, "train", "--extractor", "");
    assertSame(extractors, "compare", "--extractor", "");
    assertSame(List.of("cpu", "cuda"), "inspect", "m", "--device", "");
    assertSame(List.of("u-flow,fastflow"), "compare", "--models", "u-flow,fa");
    assertSame(models, "tune", "--models", "");
    assertSame(extractors, "tune", "--extractors", "");
    assertSame(List.of("resnet18,patch-pca"), "tune", "--extractors", "resnet18,patch");
    assertSame(List.of("libtorch", "onnxruntime"), "tune", "--engines", "");
    assertSame(List.of("--takt"), "tune", "--ta");
    assertSame(List.of("HELD_OUT"), "synthesize", "--from", "H");
  }

  @Test
  void everyListOfWordsIsCompletedWhole() throws Exception {
    int lists = 0;
    for (var command : Flowline.commandLine(new Flowline()).getSubcommands().entrySet()) {
      for (OptionSpec option : command.getValue().getCommandSpec().options()) {
        if (option.completionCandidates() != null && option.arity().max() > 0) {
          List<String> words = new ArrayList<>();
          option.completionCandidates().forEach(words::add);
          assertSame(words, command.getKey(), option.longestName(), "");
          lists++;
        }
      }
    }
    assertTrue(lists > 20, lists + " options");
  }

  @Test
  void filesAndFoldersAreCompletedWhereTheyAreTaken() throws Exception {
    assertSame(FILES, "inspect", "");
    assertSame(List.of("two words.png"), "inspect", "gear.flowline", "two");
    assertSame(List.of("photos"), "train", "--data", "");
    assertSame(FILES, "train", "--weights", "a.pth", "");
    assertSame(FILES, "calibrate", "gear.flowline", "--good", "a.png", "");
    assertSame(FILES, "inspect", "gear.flowline", "--fail-on-defect", "");
    assertSame(List.of(), "train", "--epochs", "");
    List<String> subjects = new ArrayList<>(FILES);
    subjects.addAll(List.of("models", "extractors"));
    assertSame(subjects, "info", "");
    assertSame(List.of("models", "models.txt"), "info", "mo");
    assertSame(List.of("models", "models.txt"), "info", "--json", "mo");
  }

  /** In a terminal of its own, as a person types it: the line after the tabulator key. */
  @Test
  void zshCompletesTheSame() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "needs zsh");
    String typed =
        """
        zmodload zsh/zpty
        zpty -b shell zsh -f -i
        until_seen() {
          local text='' piece
          for i in {1..1500}; do
            if zpty -r -t shell piece; then
              text+=$piece
              if [[ $text == *$1* ]]; then break; fi
            else
              sleep 0.02
            fi
          done
          print -rn -- "$text"
        }
        zpty -w shell "PS1= PS2= ; stty -echo; autoload -U compinit bashcompinit; compinit -D -u"
        zpty -w shell "bashcompinit; source $1; flowline() { print -r -- \\"<\\${(j:|:)@}>\\" }"
        zpty -w shell 'print READ""Y'
        until_seen READY > /dev/null
        for line in "${@:2}"; do
          zpty -w -n shell $line$'\\t\\n'
          result=$(until_seen '>')
          print -r -- "${${result##*<}%%>*}"
        done
        """;
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("flowline ins", "inspect");
    lines.put("flowline train --lay", "train|--layout");
    lines.put("flowline train --layout mv", "train|--layout|mvtec");
    lines.put("flowline train --layout=mv", "train|--layout=mvtec");
    lines.put("flowline compare --models u-flow,fa", "compare|--models|u-flow,fastflow");
    lines.put("flowline train --schedule COS", "train|--schedule|COSINE");
    lines.put("flowline train --data ph", "train|--data|photos");
    lines.put("flowline inspect two", "inspect|two words.png");
    lines.put("flowline calibrate m --good ge", "calibrate|m|--good|gear.flowline");
    lines.put("flowline inspect m --fail-on-def", "inspect|m|--fail-on-defect");
    List<String> command = new ArrayList<>(List.of("zsh", "-f", "-c", typed, "zsh"));
    command.add(script.toString());
    command.addAll(lines.keySet());
    assertEquals(List.copyOf(lines.values()), output(command));
  }

  private static void assertSame(Collection<String> expected, String... words) throws Exception {
    assertEquals(new TreeSet<>(expected), new TreeSet<>(completed(words)), Arrays.toString(words));
  }

  private static List<String> completed(String... words) throws Exception {
    String complete =
        "COMP_WORDS=(flowline \"$@\"); COMP_CWORD=$#; _flowline; printf '%s\\n' \"${COMPREPLY[@]}\"";
    return bash(complete, words).stream().filter(line -> !line.isEmpty()).toList();
  }

  private static List<String> bash(String commands, String[] words) throws Exception {
    List<String> line =
        new ArrayList<>(List.of("bash", "-c", "source '" + script + "' && " + commands, "bash"));
    line.addAll(List.of(words));
    return output(line);
  }

  private static List<String> output(List<String> command) throws Exception {
    Process shell =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertTrue(shell.waitFor(60, TimeUnit.SECONDS));
    return out.lines().toList();
  }
}
