package dev.flowline.acceptance;

import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The files of an acceptance: {@code acceptance.html}, {@code acceptance.json} and {@code
 * acceptance.csv} with its figures, and {@code decisions.csv} with every decision.
 */
public final class AcceptanceFolder {
  private AcceptanceFolder() {}

  /**
   * Writes the files into a folder, which is made if it is missing.
   *
   * @return the page's path
   * @throws IOException naming the file, if it cannot be written
   */
  public static Path write(Path folder, AcceptanceResult result, AttributeStudy study)
      throws IOException {
    AtomicFile.write(folder.resolve("acceptance.json"), result.json() + "\n");
    AtomicFile.write(folder.resolve("acceptance.csv"), new AcceptanceTable(result).csv());
    AtomicFile.write(folder.resolve("decisions.csv"), new DecisionTable(study).csv());
    Path page = folder.resolve("acceptance.html");
    AtomicFile.write(page, new AcceptancePage(result).html());
    return page;
  }
}
