package dev.flowline.cli;

import dev.flowline.io.ExactName;
import dev.flowline.io.FileNames;
import dev.flowline.io.ImageFiles;
import java.util.List;

/** The files in the folders of images that are no images: counted and named, never inspected. */
final class LeftOutFiles {
  private LeftOutFiles() {}

  /** Prints one line with their number and the first names; nothing if there are none. */
  static void print(ImageFiles listed, CommonOptions common) {
    int count = listed.leftOut().size();
    if (count > 0) {
      common
          .err()
          .println(
              "note: %s no %s and left out: %s"
                  .formatted(
                      count == 1 ? "1 file is" : count + " files are",
                      count == 1 ? "image" : "images",
                      FileNames.of(listed.leftOut())));
    }
  }

  /**
   * Returns their paths for the JSON answer, as {@linkplain ExactName URIs} if they are not UTF-8;
   * null if there are none.
   */
  static List<String> namesOf(ImageFiles listed) {
    return listed.leftOut().isEmpty()
        ? null
        : listed.leftOut().stream().map(ExactName::of).toList();
  }
}
