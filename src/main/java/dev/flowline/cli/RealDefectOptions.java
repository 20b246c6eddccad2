package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.data.LayoutGuess;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that name a dataset whose real defects are compared with made-up ones. */
final class RealDefectOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of the dataset. Its defective test images with masks are compared with made-up defects.")
  private Path data;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      completionCandidates = DatasetFolder.Layouts.class,
      description =
          "Layout of that folder: ${COMPLETION-CANDIDATES} (default: recognised by the files in it).")
  private String layout;

  @Option(
      names = "--category",
      paramLabel = "C",
      description = "Category of the dataset (default: the only one).")
  private String category;

  /** Returns whether the user gave a dataset. */
  boolean given() {
    return data != null;
  }

  /**
   * Lists the dataset and prints its warnings.
   *
   * @throws IllegalArgumentException if options of a dataset are given without one
   */
  Dataset read(CommonOptions common) throws IOException {
    Layout chosen;
    if (layout == null) {
      LayoutGuess guess = LayoutGuess.of(data, category);
      common.err().println("note: --layout " + guess);
      chosen = guess.layout();
    } else {
      chosen = Layout.named(layout);
    }
    Dataset dataset = chosen.read(data, category);
    dataset.warnings().forEach(warning -> common.err().println("warning: " + warning));
    return dataset;
  }

  /**
   * Refuses options that need a dataset.
   *
   * @throws IllegalArgumentException naming one
   */
  void requireData() {
    if (data == null && (layout != null || category != null)) {
      throw new IllegalArgumentException(
          (layout != null ? "--layout" : "--category") + " takes --data DIR");
    }
  }
}
