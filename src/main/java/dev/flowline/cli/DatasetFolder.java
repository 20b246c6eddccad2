package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.data.LayoutGuess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that name the folder of a dataset and its layout. */
final class DatasetFolder {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the dataset.")
  private Path data;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      completionCandidates = Layouts.class,
      description =
          "Layout of that folder: ${COMPLETION-CANDIDATES} (default: recognised by the files in it).")
  private String layout;

  private LayoutGuess guess;
  private boolean begun;

  Path path() {
    return data;
  }

  /** Returns the options as the user gave them. */
  List<String> words() {
    String folder = ShellCommand.word(data);
    return layout == null
        ? List.of("--data", folder)
        : List.of("--data", folder, "--layout", layout);
  }

  /**
   * Returns the layout that is given; without one the layout that is recognised, and says so.
   *
   * @param category whose layout it is; null for all
   * @throws IOException if none is recognised
   * @throws IllegalArgumentException if several are recognised
   */
  Layout layout(String category, CommonOptions common) throws IOException {
    if (!begun) {
      begun = true;
      common.begins("reading " + data);
    }
    if (layout != null) {
      return Layout.named(layout);
    }
    if (guess == null) {
      guess = LayoutGuess.of(data, category);
      common.err().println("note: --layout " + guess);
    }
    return guess.layout();
  }

  /**
   * Returns the given categories; all of the folder if none is given.
   *
   * @throws IOException if the folder cannot be listed or has none
   */
  List<String> categories(List<String> given, CommonOptions common) throws IOException {
    Layout chosen = layout(given.size() == 1 ? given.get(0) : null, common);
    List<String> existing = chosen.categories(data);
    if (existing.isEmpty()) {
      throw new IOException(chosen.noCategory(data));
    }
    return given.isEmpty() ? existing : given.stream().distinct().toList();
  }

  /**
   * Lists a category and prints its warnings.
   *
   * @param category may be null if there is only one
   */
  Dataset read(String category, CommonOptions common) throws IOException {
    Dataset dataset = layout(category, common).read(data, category);
    dataset.warnings().forEach(warning -> common.err().println("warning: " + warning));
    return dataset;
  }

  static final class Layouts implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Layout.values()).map(Layout::label).iterator();
    }
  }
}
