package dev.flowline.cli;

import dev.flowline.model.ProgramPolicy;
import picocli.CommandLine.Option;

/** The option {@code --allow-program} of commands that use a model file. */
@HelpGroup.In(HelpGroup.GENERAL)
final class ProgramOption {
  @Option(
      names = "--allow-program",
      description =
          "Run the TorchScript program that the model file may hold. It can do what you can do: give this for files that you trust only. Without it, such a file is refused.")
  private boolean allowed;

  /** Returns whether a program may run. */
  ProgramPolicy policy() {
    return allowed ? ProgramPolicy.RUN : ProgramPolicy.REFUSE;
  }
}
