package dev.flowline.cli;

import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.PretrainedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of pretrained weights among which each extractor of a search finds its own.
 *
 * @param given by the user
 * @param folder that the environment names
 */
record SearchedWeights(List<Path> given, Optional<Path> folder) {
  /**
   * Returns the files of an extractor: those given that fit it, else those that the folder has
   * under a published name, else one there whose name begins with the extractor's and that fits.
   *
   * @return none for an extractor that takes no weights
   * @throws IOException saying what is missing, if there are none
   */
  List<Path> of(ExtractorConfig extractor) throws IOException {
    if (!extractor.takesWeights()) {
      return List.of();
    }
    Optional<List<Path>> own = fitting(extractor, given);
    if (own.isPresent()) {
      return own.get();
    }
    try {
      return PretrainedWeights.files(extractor, List.of(), folder);
    } catch (IOException missing) {
      return fitting(extractor, named(extractor)).orElseThrow(() -> missing);
    }
  }

  /** Returns one file that fits, or all together. */
  private static Optional<List<Path>> fitting(ExtractorConfig extractor, List<Path> files) {
    return Stream.concat(files.stream().map(List::of), Stream.of(files))
        .filter(some -> !some.isEmpty() && fits(extractor, some))
        .findFirst();
  }

  private static boolean fits(ExtractorConfig extractor, List<Path> files) {
    try {
      PretrainedWeights.load(extractor, files, Optional.empty());
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false; // of another extractor
    }
  }

  private List<Path> named(ExtractorConfig extractor) throws IOException {
    if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
      return List.of();
    }
    String name = extractor.backbone().id();
    try (Stream<Path> files = Files.list(folder.get())) {
      return new ArrayList<>(
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.getFileName().toString().replace('_', '-').startsWith(name))
              .sorted()
              .toList());
    }
  }
}
