package dev.flowline.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The script that completes commands, options and their values in bash and zsh. (Picocli's own
 * takes two options for one if their values have the same label, and knows no argument that is a
 * word or a file.)
 */
final class CompletionScript {
  /** The script but for the tables, which stand in for the two lines of %s. */
  private static final String SCRIPT =
      """
      #!/usr/bin/env bash
      # Completes flowline in bash; in zsh after: autoload -U bashcompinit && bashcompinit
      _flowline() {
        local cur=${COMP_WORDS[COMP_CWORD]} command='' option='' before='' word i
        local values=0 words='' files='' options='' takes='' many=''
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          case $word in
            =) ;;
            -*=*) option=${word%%%%=*} values=1 ;;
            -*) option=$word values=0 ;;
            *) if [ -z "$command" ]; then command=$word; else values=$((values + 1)); fi ;;
          esac
        done
        case $cur in
          =) cur='' ;; # bash takes = for a word
          -*=*) option=${cur%%%%=*} values=0 before=${cur%%%%=*}= cur=${cur#*=} ;;
        esac
        case "$command $option" in
      %s  esac
        if [ -z "$takes" ] || { [ "$values" -gt 0 ] && [ -z "$many" ]; }; then
          words='' files='' # no value of an option, but an argument of the command
          case $command in
      %s    *) return ;;
          esac
        elif [ -n "$words" ] && [ "$cur" != "${cur%%,*}" ]; then
          before=$before${cur%%,*}, cur=${cur##*,}
        fi
        if [ -z "$before" ] && [ "$cur" != "${cur#-}" ]; then
          words=$options files=''
        fi
        if [ -n "$files" ]; then
          compopt -o filenames 2>/dev/null || true # a slash after folders, quotes for blanks
        fi
        while IFS= read -r word; do
          COMPREPLY+=("$before$word")
        done < <(
          compgen -W "$words" -- "$cur"
          if [ -n "$files" ]; then compgen -A "$files" -- "$cur"; fi
        )
      }
      complete -F _flowline flowline
      """;

  private CompletionScript() {}

  /** Returns the script for a command line with its commands. */
  static String of(CommandLine root) {
    StringBuilder commands = new StringBuilder();
    Map<String, List<String>> optionsByValues = new LinkedHashMap<>();
    commands.append(
        entry("''", options(root.getCommandSpec()), root.getSubcommands().keySet(), false));
    root.getSubcommands()
        .forEach(
            (name, command) -> {
              CommandSpec spec = command.getCommandSpec();
              commands.append(arguments(name, spec));
              for (OptionSpec option : spec.options()) {
                if (option.arity().max() > 0) {
                  for (String of : option.names()) {
                    optionsByValues
                        .computeIfAbsent(values(option), values -> new ArrayList<>())
                        .add("'" + name + " " + of + "'");
                  }
                }
              }
            });
    String values =
        optionsByValues.entrySet().stream()
            .map(
                each ->
                    "    %s) %s ;;\n".formatted(String.join(" | ", each.getValue()), each.getKey()))
            .collect(Collectors.joining());
    return SCRIPT.formatted(values, commands);
  }

  private static String arguments(String name, CommandSpec spec) {
    List<String> words = new ArrayList<>();
    spec.positionalParameters().forEach(argument -> words.addAll(words(argument)));
    return entry(name, options(spec), words, !spec.positionalParameters().isEmpty());
  }

  private static String entry(
      String pattern, String options, Iterable<String> words, boolean files) {
    return "      %s) options='%s' words='%s'%s ;;\n"
        .formatted(pattern, options, String.join(" ", words), files ? " files=file" : "");
  }

  private static String options(CommandSpec spec) {
    return spec.options().stream()
        .filter(option -> !option.hidden())
        .map(OptionSpec::longestName)
        .collect(Collectors.joining(" "));
  }

  /** Returns what sets the variables for the values of an option. */
  private static String values(OptionSpec option) {
    String many = option.arity().max() > 1 ? " many=1" : "";
    if (!words(option).isEmpty()) {
      return "takes=words words='" + String.join(" ", words(option)) + "'" + many;
    }
    boolean isFile = option.auxiliaryTypes()[0] == Path.class;
    return isFile
        ? "takes=files files=" + (option.paramLabel().equals("DIR") ? "directory" : "file") + many
        : "takes=other" + many;
  }

  private static List<String> words(ArgSpec argument) {
    List<String> words = new ArrayList<>();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(words::add);
    }
    return words;
  }
}
