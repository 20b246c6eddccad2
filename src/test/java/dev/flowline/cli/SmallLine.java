package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.data.SyntheticLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The demo's line in small pictures, and a model of one of its products, made once for all tests.
 */
final class SmallLine {
  static final int SIZE = 64;
  static final String PRODUCT = "steel";

  private static Path folder;

  private SmallLine() {}

  /** The dataset's root. */
  static Path data() throws IOException {
    return folder().resolve("data");
  }

  /** A model file; not to be changed. */
  static Path model() throws IOException {
    return folder().resolve("steel.flowline");
  }

  private static synchronized Path folder() throws IOException {
    if (folder == null) {
      Path made = Files.createTempDirectory("flowline-small-line");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(made)));
      new SyntheticLine(3, SIZE, 16, 3, 2).write(made.resolve("data"), (written, of) -> {});
      folder = made;
      Invocation trained = train(made.resolve("steel.flowline"));
      assertEquals(0, trained.exitCode(), trained.err());
    }
    return folder;
  }

  /** Runs {@code train} on the line; further arguments take the place of the usual ones. */
  static Invocation train(Path output, String... more) throws IOException {
    return Invocation.of(trainArguments(output, more));
  }

  static String[] trainArguments(Path output, String... more) throws IOException {
    String[] own = {"--category=" + PRODUCT, "--steps=2"};
    return arguments("train", output, own, more);
  }

  /**
   * The usual arguments of a command that trains on the line.
   *
   * @param own the command's own ones
   * @param more further ones, which take the place of those of the same option
   */
  static String[] arguments(String command, Path output, String[] own, String... more)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--data=" + data(),
                "--layout=mvtec",
                "--extractor=patch-pca",
                "--input=" + SIZE,
                "--epochs=3",
                "--batch=4",
                "--lr=1e-3",
                "--validation=0.25",
                "--threads=1",
                "--output=" + output));
    arguments.addAll(List.of(own));
    return Invocation.arguments(arguments, more);
  }

  private static void delete(Path root) {
    try (var files = Files.walk(root)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      System.err.println("cannot delete " + root + ": " + e.getMessage());
    }
  }
}
