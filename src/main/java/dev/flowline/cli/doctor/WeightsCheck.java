package dev.flowline.cli.doctor;

import dev.flowline.io.DecodedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The check of the folder of pretrained weights that FLOWLINE_WEIGHTS names.
 *
 * @param folder as the variable has it; null if it is unset
 */
record WeightsCheck(String folder) implements Check {
  private static final String NAME = "weights";
  private static final String FIX =
      "set FLOWLINE_WEIGHTS to a folder of .safetensors, .pth or .bin files";

  static WeightsCheck ofEnvironment() {
    return new WeightsCheck(System.getenv("FLOWLINE_WEIGHTS"));
  }

  @Override
  public List<Finding> findings() {
    if (folder == null || folder.isBlank()) {
      return List.of(
          Finding.ok(NAME, "FLOWLINE_WEIGHTS is unset; the extractor patch-pca needs no weights"));
    }
    try (Stream<Path> entries = Files.list(DecodedPath.of(folder))) {
      List<String> files =
          entries
              .map(path -> path.getFileName().toString())
              .filter(name -> name.matches(".*\\.(safetensors|pth|pyth|pt|bin)"))
              .sorted()
              .toList();
      return List.of(
          files.isEmpty()
              ? Finding.warning(NAME, folder, "the folder has no file of weights", FIX)
              : Finding.ok(NAME, folder + ": " + String.join(", ", files)));
    } catch (IOException | IllegalArgumentException e) { // or it is no path, or means several
      return List.of(
          Finding.warning(NAME, folder, "the folder cannot be read: " + e.getMessage(), FIX));
    }
  }
}
