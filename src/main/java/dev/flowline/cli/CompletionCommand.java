package dev.flowline.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the script that completes commands and options in a shell. */
@Command(
    name = "completion",
    description = "Print the script that completes commands, options and values in bash and zsh.",
    footer = {
      "",
      "For this shell:       source <(flowline completion)",
      "For every bash:       flowline completion > ~/.local/share/bash-completion/completions/flowline"
    })
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(CompletionScript.of(spec.root().commandLine()));
  }
}
