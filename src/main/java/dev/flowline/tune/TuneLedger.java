package dev.flowline.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.compare.SettingsDifference;
import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The file of what a tuning has measured so far and how long each step took, by which a stopped one
 * goes on. The results of trials lie in the folders of these. It may be written while a step runs.
 *
 * @param settings what all of it is about: another tuning has others
 * @param latencies of candidates, each with what decides it
 * @param steps what each step took, by its name
 */
record TuneLedger(JsonNode settings, List<MeasuredLatency> latencies, Map<String, StepTime> steps) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * The latency of a candidate, and what it depends on.
   *
   * @param label which another candidate may have, too
   * @param conditions of {@link TuneConditions#latency}: it holds for these only
   */
  record MeasuredLatency(String label, JsonNode conditions, CandidateLatency latency) {}

  TuneLedger {
    if (settings == null || latencies == null || steps == null) {
      throw new IllegalArgumentException("settings, latencies or steps are missing");
    }
    latencies = new CopyOnWriteArrayList<>(latencies);
    steps = new ConcurrentSkipListMap<>(steps);
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
      return new TuneLedger(now, List.of(), Map.of());
    }
    TuneLedger there;
    try {
      there = JSON.readValue(Files.readString(in(folder)), TuneLedger.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is no ledger of this version (%s): delete it, or name another folder with --output"
              .formatted(in(folder), e.getOriginalMessage()),
          e);
    }
    SettingsDifference.requireNone(folder, "a tuning", there.settings, now);
    return there;
  }

  /** Returns the latency of a candidate that was measured under the same conditions. */
  Optional<CandidateLatency> latency(String label, JsonNode conditions) {
    return of(label)
        .filter(entry -> entry.conditions.equals(conditions))
        .map(MeasuredLatency::latency)
        .findFirst();
  }

  /** Returns what differs from a candidate of the same label that was measured, in words. */
  Optional<String> difference(String label, JsonNode conditions) {
    return of(label)
        .flatMap(entry -> SettingsDifference.between(entry.conditions, conditions).stream())
        .reduce((first, last) -> last);
  }

  private Stream<MeasuredLatency> of(String label) {
    return latencies.stream().filter(entry -> entry.label.equals(label));
  }

  /** Keeps a latency in place of the one of the same label and conditions. */
  void keep(MeasuredLatency measured) {
    latencies.removeIf(
        entry ->
            entry.label.equals(measured.label) && entry.conditions.equals(measured.conditions));
    latencies.add(measured);
  }

  /** Writes the ledger into a folder. */
  void write(Path folder) throws IOException {
    AtomicFile.write(in(folder), JSON.writeValueAsString(this) + "\n");
  }
}
