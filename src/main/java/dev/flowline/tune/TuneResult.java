package dev.flowline.tune;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * The answer of {@code tune --json}, which is also {@code tune.json}.
 *
 * @param facts of the tuning, for people
 * @param taktMillis that an inspection may take
 * @param requestedRate of false alarms
 * @param madeUpDefects how many made-up defects stand for real ones; 0 if the defects are real
 * @param budgetSeconds that the tuning may take
 * @param spentSeconds of all its steps, those of earlier processes too
 * @param rows of all candidates
 * @param front the candidates that no other one beats in p99 and in defects found, the fastest
 *     first
 * @param choice null if no candidate keeps the takt
 * @param notes what a user must know, in a line each
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TuneResult(
    Map<String, String> facts,
    double taktMillis,
    double requestedRate,
    int madeUpDefects,
    double budgetSeconds,
    double spentSeconds,
    List<TuneRow> rows,
    List<String> front,
    TuneChoice choice,
    List<String> notes) {
  public TuneResult {
    rows = List.copyOf(rows);
    front = List.copyOf(front);
    notes = List.copyOf(notes);
  }

  /** Returns what the ordinate of the front is called. */
  @JsonIgnore
  String foundInWords() {
    return madeUpDefects > 0 ? "made-up defects found" : "defects found";
  }

  /** Returns the row of a label. */
  TuneRow row(String label) {
    return rows.stream().filter(row -> row.label().equals(label)).findFirst().orElseThrow();
  }
}
