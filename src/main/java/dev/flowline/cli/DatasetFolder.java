package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
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
      defaultValue = "mvtec",
      completionCandidates = Layouts.class,
      description = "Layout of that folder: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String layout;

  Path path() {
    return data;
  }

  Layout layout() {
    return Layout.named(layout);
  }

  /**
   * Returns the given categories; all of the folder if none is given.
   *
   * @throws IOException if the folder cannot be listed or has none
   */
  List<String> categories(List<String> given) throws IOException {
    List<String> existing = layout().categories(data);
    if (existing.isEmpty()) {
      throw new IOException(
          "%s has no category of layout %s: name another folder with --data, or another --layout"
              .formatted(data, layout));
    }
    return given.isEmpty() ? existing : given.stream().distinct().toList();
  }

  /**
   * Lists a category and prints its warnings.
   *
   * @param category may be null if there is only one
   */
  Dataset read(String category, CommonOptions common) throws IOException {
    Dataset dataset = layout().read(data, category);
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
