package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a dataset lies and how. */
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
      description = "How the dataset lies there: ${COMPLETION-CANDIDATES} (default: mvtec).")
  private String layout;

  Path path() {
    return data;
  }

  Layout layout() {
    return Layout.named(layout);
  }

  /**
   * The categories asked for; all of the folder where there are none.
   *
   * @throws IOException if the folder cannot be listed or has none
   */
  List<String> categories(List<String> asked) throws IOException {
    List<String> existing = layout().categories(data);
    if (existing.isEmpty()) {
      throw new IOException("%s has no category (layout %s)".formatted(data, layout));
    }
    return asked.isEmpty() ? existing : asked.stream().distinct().toList();
  }

  /**
   * Lists a category and prints its warnings.
   *
   * @param category may be null where there is but one
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
