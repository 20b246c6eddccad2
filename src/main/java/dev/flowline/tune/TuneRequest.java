package dev.flowline.tune;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Dataset;
import dev.flowline.engine.EngineKind;
import dev.flowline.segmentation.NullHypothesis;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A request for a tuning: among what is searched, and for what.
 *
 * @param data folder of the dataset
 * @param layout label of the dataset's layout
 * @param candidates in the order shown, at least one
 * @param leftOut what is not searched although it was wanted, in a line each
 * @param taktMillis that an inspection may take
 * @param rate of false alarms that thresholds keep
 * @param nullHypothesis of the test
 * @param budgetSeconds that the tuning may take
 * @param engines at least one
 * @param threads numbers of threads, at least one
 * @param batch images that are encoded together in one more row of latencies; 1 for none
 * @param seed of trainings and made-up defects
 * @param cacheBytes memory for features; the rest goes to files
 * @param trainingThreads of the trainings
 * @param version of Flowline
 * @param output folder of the results
 */
public record TuneRequest(
    Path data,
    String layout,
    Dataset dataset,
    List<Candidate> candidates,
    List<String> leftOut,
    double taktMillis,
    FalseAlarmRate rate,
    NullHypothesis nullHypothesis,
    double budgetSeconds,
    List<EngineKind> engines,
    List<Integer> threads,
    int batch,
    long seed,
    long cacheBytes,
    int trainingThreads,
    String version,
    Path output) {
  /**
   * @throws IllegalArgumentException if there is no candidate, or two have the same label
   */
  public TuneRequest {
    candidates = List.copyOf(candidates);
    leftOut = List.copyOf(leftOut);
    engines = List.copyOf(engines);
    threads = List.copyOf(threads);
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to search: no candidate is left");
    }
    Set<String> labels = new HashSet<>();
    for (Candidate candidate : candidates) {
      if (!labels.add(candidate.label())) {
        throw new IllegalArgumentException(
            "two candidates are called '%s': name each model once".formatted(candidate.label()));
      }
    }
  }
}
