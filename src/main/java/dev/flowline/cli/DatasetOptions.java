package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** Returns the options as the user gave them, for another command on the same data. */
  List<String> words() {
    List<String> words = new ArrayList<>(folder.words());
    if (category != null) {
      words.addAll(List.of("--category", category));
    }
    return words;
  }

  /** Returns the layout that is given or recognised. */
  Layout layout(CommonOptions common) throws IOException {
    return folder.layout(category, common);
  }

  /** Lists the dataset and prints its warnings. */
  Dataset read(CommonOptions common) throws IOException {
    return folder.read(category, common);
  }
}
