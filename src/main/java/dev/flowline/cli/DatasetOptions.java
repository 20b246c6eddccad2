package dev.flowline.cli;

import dev.flowline.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name one category of a dataset. */
final class DatasetOptions {
  @Mixin private DatasetFolder folder;

  @Option(
      names = "--category",
      paramLabel = "C",
      description = "Category of the dataset (default: the only one).")
  private String category;

  /** Returns the folder of the dataset. */
  Path path() {
    return folder.path();
  }

  /** Lists the dataset and prints its warnings. */
  Dataset read(CommonOptions common) throws IOException {
    return folder.read(category, common);
  }
}
