package dev.flowline.train.contamination;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The results of a measurement in a file, one JSON object per line, found again by their key. */
final class Results {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Map<String, Outcome> known = new LinkedHashMap<>();

  /**
   * What one training gave.
   *
   * @param key of the training
   * @param images the model was trained with
   * @param planted of these
   * @param rankAuroc of the planted images by their statistics out of fold; null if there are none
   * @param statistics of the images out of fold: the good ones first
   * @param names of the images, in the same order
   * @param imageAuroc on test images, by log10NFA
   * @param scoreAuroc the same by the anomaly score
   * @param falseAlarms share of good test images
   * @param found share of defective test images that alarm
   * @param threshold of log10NFA
   * @param goodTested log10NFA of good test images
   * @param defectiveTested the same of defective ones
   * @param goodNames of the good test images
   * @param seconds it took
   */
  record Outcome(
      String key,
      int images,
      int planted,
      Double rankAuroc,
      double[] statistics,
      String[] names,
      double imageAuroc,
      double scoreAuroc,
      double falseAlarms,
      double found,
      double threshold,
      double[] goodTested,
      double[] defectiveTested,
      String[] goodNames,
      double seconds) {}

  Results(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        Outcome outcome = JSON.readValue(line, Outcome.class);
        known.put(outcome.key, outcome);
      }
    }
  }

  Path folder() {
    return file.getParent();
  }

  Optional<Outcome> of(String key) {
    return Optional.ofNullable(known.get(key));
  }

  Collection<Outcome> all() {
    return known.values();
  }

  Outcome add(Outcome outcome) throws IOException {
    Files.writeString(
        file,
        JSON.writeValueAsString(outcome) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    known.put(outcome.key, outcome);
    return outcome;
  }
}
