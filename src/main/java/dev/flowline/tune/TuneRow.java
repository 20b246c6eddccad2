package dev.flowline.tune;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A row of a tuning: a candidate, how fast it is and what it finds.
 *
 * @param label what tells it from the others
 * @param extractor by its name
 * @param input height × width
 * @param latency null if it was not measured
 * @param trial null if it was not trained
 * @param outside why it was not trained, or not as long as others; null if nothing kept it
 * @param pareto whether no other candidate is both faster and finds more
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TuneRow(
    String label,
    String model,
    String extractor,
    String input,
    CandidateLatency latency,
    TuneTrial trial,
    String outside,
    boolean pareto) {
  /** Returns the time within which 99 % of the inspections end; NaN if it is not known. */
  @JsonIgnore
  double p99() {
    return latency == null ? Double.NaN : latency.p99();
  }

  /** Returns the share of the images with a defect that are found; NaN if it is not known. */
  @JsonIgnore
  double found() {
    return trial == null ? Double.NaN : trial.found();
  }

  @JsonIgnore
  boolean hasResult() {
    return trial != null && !trial.isFailed();
  }

  /** Returns whether it has a result and keeps a takt. */
  boolean keeps(double taktMillis) {
    return hasResult() && latency.keeps(taktMillis);
  }

  TuneRow onFront(boolean front) {
    return new TuneRow(label, model, extractor, input, latency, trial, outside, front);
  }
}
