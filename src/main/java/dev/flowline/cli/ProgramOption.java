package dev.flowline.cli;

import dev.flowline.internal.OwnOutput;
import dev.flowline.model.ProgramPolicy;
import java.io.IOException;
import picocli.CommandLine.Option;

/** The option {@code --allow-program} of commands that use a model file. */
@HelpGroup.In(HelpGroup.GENERAL)
final class ProgramOption {
  @Option(
      names = "--allow-program",
      description =
          "Run the TorchScript program that the model file may hold. It can do what you can do: give this for files that you trust only. Without it, such a file is refused.")
  private boolean allowed;

  /** Returns whether the user allowed a program to run. */
  boolean allowed() {
    return allowed;
  }

  /**
   * Returns whether a program may run. What it prints goes to standard error.
   *
   * @throws IOException if the system does not separate the two
   */
  ProgramPolicy policy() throws IOException {
    if (allowed) {
      OwnOutput.keepToItself();
    }
    return allowed ? ProgramPolicy.RUN : ProgramPolicy.REFUSE;
  }
}
