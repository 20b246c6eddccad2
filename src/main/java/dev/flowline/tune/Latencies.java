package dev.flowline.tune;

import java.util.List;
import java.util.Map;

/**
 * The latencies of a tuning's candidates, and which of these are to be trained.
 *
 * @param known of those that were measured
 * @param within the candidates to be trained: those that keep the takt first, so that no other one
 *     takes the time from them
 * @param outside why the others are not to be trained, in words
 */
record Latencies(
    Map<Candidate, CandidateLatency> known,
    List<Candidate> within,
    Map<Candidate, String> outside) {
  /** Returns the latency of a candidate; null if it was not measured. */
  CandidateLatency of(Candidate candidate) {
    return known.get(candidate);
  }

  /** Returns whether none of the candidates that were measured keeps a takt. */
  boolean noneKeeps(double taktMillis) {
    return known.values().stream().noneMatch(latency -> latency.keeps(taktMillis));
  }
}
