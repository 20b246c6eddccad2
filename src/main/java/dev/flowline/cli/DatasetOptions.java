package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.Option;

/** Where a dataset lies and how. */
final class DatasetOptions {
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

  @Option(
      names = "--category",
      paramLabel = "C",
      description = "Category in the dataset; may be left out where there is but one.")
  private String category;

  /** Lists the dataset and prints its warnings. */
  Dataset read(CommonOptions common) throws IOException {
    Dataset dataset = Layout.named(layout).read(data, category);
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
