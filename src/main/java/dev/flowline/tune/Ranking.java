package dev.flowline.tune;

import dev.flowline.compare.ParetoFront;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The ranking of candidates that were tried equally long. Those that keep the takt come before all
 * others, whatever these find. Among them first those that no other one beats in p99 and in defects
 * found, then those that only these beat, and so on; among these the one that finds most comes
 * first. So the best one goes on, and the fast ones of the front too.
 */
final class Ranking {
  private static final Comparator<TuneRow> BEST_FIRST =
      Comparator.comparingDouble(TuneRow::found)
          .thenComparingDouble(row -> row.trial().nfaImageAuroc())
          .reversed()
          .thenComparingDouble(TuneRow::p99)
          .thenComparing(TuneRow::label);

  private Ranking() {}

  /** Returns the rows with a result, the best for a takt first. */
  static List<TuneRow> bestFirst(List<TuneRow> rows, double taktMillis) {
    Map<Boolean, List<TuneRow>> byTakt =
        rows.stream()
            .filter(TuneRow::hasResult)
            .collect(Collectors.partitioningBy(row -> row.keeps(taktMillis)));
    List<TuneRow> ranked = new ArrayList<>(byFronts(byTakt.get(true)));
    ranked.addAll(byFronts(byTakt.get(false)));
    return ranked;
  }

  private static List<TuneRow> byFronts(List<TuneRow> rows) {
    List<TuneRow> left = new ArrayList<>(rows);
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
