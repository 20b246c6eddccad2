package dev.flowline.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The result of a program of the system that has ended.
 *
 * @param exitCode its exit code; above 128 a signal's number plus 128
 * @param output standard output and standard error together
 */
record Command(int exitCode, String output) {
  /** Runs a program; empty if it is absent or does not end within the time. */
  static Optional<Command> run(long timeoutSeconds, List<String> program) {
    try {
      Path output = Files.createTempFile("flowline-doctor", ".txt");
      try {
        Process process =
            new ProcessBuilder(program)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          return Optional.empty();
        }
        return Optional.of(
            new Command(process.exitValue(), new String(Files.readAllBytes(output), UTF_8)));
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  static Optional<Command> run(String... program) {
    return run(10, List.of(program));
  }
}
