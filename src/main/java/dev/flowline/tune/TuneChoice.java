package dev.flowline.tune;

import java.util.List;
import java.util.Optional;

/**
 * The recipe that a tuning would choose.
 *
 * @param label of the candidate
 * @param why in a sentence
 * @param train the command that trains it as it was tried
 * @param inspect the command that inspects with it as it was measured
 */
public record TuneChoice(String label, String why, String train, String inspect) {

  /** Writes the commands of a recipe, for a shell. */
  public interface Commands {
    /**
     * Returns the command that trains a candidate.
     *
     * @param epochs null if it is fitted
     * @param shares of the good images that were held out
     */
    String train(Candidate candidate, Integer epochs, HeldOutShares shares);

    /** Returns the command that inspects with its model. */
    String inspect(CandidateLatency latency);
  }

  /** Returns the row that finds most among those that keep a takt. */
  static Optional<TuneRow> best(List<TuneRow> rows, double taktMillis) {
    return rows.stream().filter(row -> row.keeps(taktMillis)).min(Ranking.byQuality());
  }
}
