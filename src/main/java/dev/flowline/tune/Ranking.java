package dev.flowline.tune;

import dev.flowline.compare.ParetoFront;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The ranking of candidates that were tried equally long: first those that no other one beats in
 * p99 and in defects found, then those that only these beat, and so on; among them the one that
 * finds most comes first. So the best one goes on, and the fast ones of the front too.
 */
final class Ranking {
  private static final Comparator<TuneRow> BEST_FIRST =
      Comparator.comparingDouble(TuneRow::found)
          .thenComparingDouble(row -> row.trial().nfaImageAuroc())
          .reversed()
          .thenComparingDouble(TuneRow::p99)
          .thenComparing(TuneRow::label);

  private Ranking() {}

  /** Returns the rows with a result, the best first. */
  static List<TuneRow> bestFirst(List<TuneRow> rows) {
    List<TuneRow> left = new ArrayList<>(rows.stream().filter(TuneRow::hasResult).toList());
    List<TuneRow> ranked = new ArrayList<>();
    while (!left.isEmpty()) {
      List<TuneRow> front = ParetoFront.of(left, TuneRow::p99, TuneRow::found).things();
      List<TuneRow> next = front.isEmpty() ? List.copyOf(left) : front; // nothing is known
      ranked.addAll(next.stream().sorted(BEST_FIRST).toList());
      left.removeAll(next);
    }
    return ranked;
  }

  /** Returns the row of most defects found, by AUROC if several find as many. */
  static Comparator<TuneRow> byQuality() {
    return BEST_FIRST;
  }
}
