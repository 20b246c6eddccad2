package dev.flowline.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.compare.SettingsDifference;
import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file of what a tuning has measured so far and how long each step took, by which a stopped one
 * goes on. The results of trials lie in the folders of these.
 *
 * @param settings all that the latencies depend on
 * @param latencies by the label of the candidate
 * @param seconds of each step
 */
record TuneLedger(
    JsonNode settings, Map<String, CandidateLatency> latencies, Map<String, Double> seconds) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  TuneLedger {
    latencies = new LinkedHashMap<>(latencies);
    seconds = new LinkedHashMap<>(seconds);
  }

  private static Path in(Path folder) {
    return folder.resolve("ledger.json");
  }

  /**
   * Opens the ledger of a folder; makes one if there is none.
   *
   * @throws IllegalArgumentException naming what differs, if it is of other settings
   * @throws IOException naming the file, if it cannot be read
   */
  static TuneLedger open(Path folder, Map<String, Object> settings) throws IOException {
    JsonNode now = JSON.readTree(JSON.writeValueAsString(settings));
    if (!Files.exists(in(folder))) {
      return new TuneLedger(now, Map.of(), Map.of());
    }
    TuneLedger there;
    try {
      there = JSON.readValue(Files.readString(in(folder)), TuneLedger.class);
    } catch (JsonProcessingException e) {
      throw new IOException(in(folder) + " cannot be read: " + e.getOriginalMessage(), e);
    }
    Optional<String> difference = SettingsDifference.between(there.settings, now);
    if (difference.isPresent()) {
      throw new IllegalArgumentException(
          "%s holds a tuning with other settings (%s): name another folder with --output, or delete it"
              .formatted(folder, difference.get()));
    }
    return there;
  }

  /** Writes the ledger into a folder. */
  void write(Path folder) throws IOException {
    AtomicFile.write(in(folder), JSON.writeValueAsString(this) + "\n");
  }
}
