package dev.flowline.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that lets a command replace a finished model. */
final class OverwriteOption {
  @Option(names = "--overwrite", description = "Replace the output file if it exists.")
  private boolean overwrite;

  /**
   * Refuses an output that must not be replaced.
   *
   * @throws IllegalArgumentException if there is a folder, or a file and no {@code --overwrite}
   */
  void requireLeave(Path output) {
    if (Files.isDirectory(output)) {
      throw new IllegalArgumentException("--output must be a file, " + output + " is a folder");
    }
    if (!overwrite && Files.exists(output)) {
      throw new IllegalArgumentException(
          output + " exists: name another file with --output, or add --overwrite to replace it");
    }
  }
}
