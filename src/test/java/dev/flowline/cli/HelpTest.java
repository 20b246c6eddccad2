package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Holds the help of all commands to the rules of its style. */
class HelpTest {
  private static final int LONGEST_SENTENCE = 200;

  private static final Pattern PRIVATE_WORDS =
      Pattern.compile("(?i)\\b(told|tells|asked|promised?|mend|a lot of|likewise|of before)\\b");

  /** A law has a name: there are region laws, of clamps and of energies. */
  private static final Pattern NAMELESS_LAW = Pattern.compile("(?<!region )\\blaws?\\b");

  /** Options that mean another thing in another command. */
  private static final Set<String> OF_ITS_COMMAND =
      Set.of(
          "--output",
          "--report",
          "--seed",
          "--category",
          "--gallery",
          "--groups",
          "--images",
          "--batch",
          "--threads");

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> all =
        new TreeMap<>(Flowline.commandLine(new Flowline()).getSubcommands());
    all.put("flowline", Flowline.commandLine(new Flowline()));
    return all;
  }

  static Set<String> names() {
    return commands().keySet();
  }

  private static List<OptionSpec> options(String command) {
    return commands().get(command).getCommandSpec().options();
  }

  private static String words(OptionSpec option) {
    return String.join(" ", option.description()).replace("%n", " ");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyOptionIsDescribedInSentences(String command) {
    for (OptionSpec option : options(command)) {
      assertTrue(words(option).matches("[A-Z].*\\."), option.longestName() + " " + words(option));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyDefaultStandsOnceAtTheEnd(String command) {
    for (OptionSpec option : options(command)) {
      String words = words(option);
      String name = option.longestName();
      assertTrue(words.split("\\bdefault\\b", -1).length <= 2, name + " " + words);
      if (words.contains("default")) {
        assertTrue(words.matches(".* \\(default: [^()]+\\)\\."), name + " " + words);
      }
      if (option.defaultValue() != null && option.arity().max() > 0) {
        assertTrue(words.contains("(default: " + option.defaultValue() + ")."), name + " " + words);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyOptionStandsOnceBelowAHeading(String command) {
    List<String> headings = Stream.of(HelpGroup.values()).map(HelpGroup::heading).toList();
    Map<String, String> headingOf = new TreeMap<>();
    String heading = null;
    for (String line : help(command).split("\n")) {
      if (line.matches("[A-Z].*:")) {
        heading = headings.contains(line) ? line : null;
      }
      var option = Pattern.compile("^ {2}(?:-\\w, | {4})(--[\\w-]+)").matcher(line);
      if (option.find()) {
        assertTrue(heading != null, line + " stands below no heading");
        assertEquals(null, headingOf.put(option.group(1), heading), line);
      }
    }
    Set<String> all =
        options(command).stream()
            .map(OptionSpec::longestName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(all, headingOf.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void noLineIsTooWideAndNoWordPrivate(String command) {
    String help = help(command);
    for (String line : help.split("\n")) {
      assertTrue(line.codePointCount(0, line.length()) <= 100, line);
      assertFalse(PRIVATE_WORDS.matcher(line).find(), line);
    }
    assertFalse(NAMELESS_LAW.matcher(help.replaceAll("\\s+", " ")).find(), help);
  }

  @ParameterizedTest
  @MethodSource("names")
  void sentencesAreShort(String command) {
    var usage = commands().get(command).getCommandSpec().usageMessage();
    List<String> texts = new ArrayList<>(List.of(String.join(" ", usage.description())));
    Stream.of(usage.footer()).takeWhile(line -> !line.equals("Models:")).forEach(texts::add);
    options(command).forEach(option -> texts.add(words(option).replaceAll("\\(default.*", "")));
    for (String text : texts) {
      for (String sentence : text.split("(?<=\\.) ")) {
        assertTrue(sentence.length() <= LONGEST_SENTENCE, sentence);
      }
    }
  }

  /** Options of one name have the same first sentence in all commands, but for the default. */
  @Test
  void oneMeaningHasOneWording() {
    Map<String, String> wordsOf = new TreeMap<>();
    for (String command : names()) {
      for (OptionSpec option : options(command)) {
        String words = words(option).replaceAll("(\\. | \\(default).*", "").replaceAll("\\.$", "");
        String other = wordsOf.putIfAbsent(option.longestName(), words);
        if (other != null && !OF_ITS_COMMAND.contains(option.longestName())) {
          assertEquals(other, words, command + " " + option.longestName());
        }
      }
    }
  }

  private static String help(String command) {
    String[] arguments =
        command.equals("flowline") ? new String[] {"--help"} : new String[] {command, "--help"};
    Invocation help = Invocation.of(arguments);
    assertEquals(0, help.exitCode(), help.err());
    return help.out();
  }
}
