package dev.flowline.detectability;

import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a study: {@code detectability.html}, {@code detectability.json} and {@code
 * detectability.csv} with its curves, and {@code defects.csv} with every defect.
 */
public final class DetectabilityFolder {
  private DetectabilityFolder() {}

  /**
   * Writes the files into a folder, which is made if it is missing.
   *
   * @return the page's path
   * @throws IOException naming the file, if it cannot be written
   */
  public static Path write(
      Path folder, DetectabilityPage page, List<DefectTrial> trials, List<RealTrial> real)
      throws IOException {
    DetectabilityTable table = page.table();
    AtomicFile.write(folder.resolve("detectability.json"), page.result().json() + "\n");
    AtomicFile.write(folder.resolve("detectability.csv"), table.csv());
    AtomicFile.write(folder.resolve("defects.csv"), table.csv(trials, real));
    Path file = folder.resolve("detectability.html");
    AtomicFile.write(file, page.html());
    return file;
  }
}
