package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.GroupFile;
import dev.flowline.io.ContentDigest;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that says which training images belong together, such as photos of one part. */
@HelpGroup.In(HelpGroup.TRAINING)
final class GroupsOption {
  @Option(
      names = "--groups",
      paramLabel = "FILE",
      description =
          "CSV file with the columns file and group: of which part, or other group, each good training image is. Images of a group are learned from or held out together.")
  private Path file;

  /**
   * Returns the datasets with their training images in the groups of the file, and prints how many
   * there are and what follows; the same datasets without a file.
   *
   * @throws IOException naming the file, if it cannot be read
   * @throws IllegalArgumentException if it does not name a training image
   */
  List<Dataset> over(List<Dataset> datasets, CommonOptions common) throws IOException {
    if (file == null) {
      return datasets;
    }
    List<Dataset> grouped = GroupFile.over(file, datasets);
    for (int i = 0; i < grouped.size(); i++) {
      Dataset dataset = grouped.get(i);
      int groups = dataset.groupsToLearnFrom();
      common
          .err()
          .printf(
              "groups%s: %s of %s kept together (--groups %s)%n",
              grouped.size() == 1 ? "" : " of " + dataset.category(),
              Numbers.count(dataset.train().size(), "image"),
              Numbers.count(groups, "part"),
              file);
      int before = datasets.get(i).warnings().size();
      dataset
          .warnings()
          .subList(before, dataset.warnings().size())
          .forEach(warning -> common.err().println("warning: " + warning));
    }
    return grouped;
  }

  /** Returns the option as the user gave it, for another command on the same images. */
  List<String> words() {
    return file == null ? List.of() : List.of("--groups", ShellCommand.word(file));
  }

  /** Returns whether the user gave a file. */
  boolean given() {
    return file != null;
  }

  /**
   * Returns the option for the record of the training: the digest of the file; empty without one.
   *
   * @throws IOException naming the file, if it cannot be read
   */
  Map<String, String> record() throws IOException {
    return file == null ? Map.of() : Map.of("groups", ContentDigest.of(file));
  }
}
