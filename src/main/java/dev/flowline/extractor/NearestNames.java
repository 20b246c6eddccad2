package dev.flowline.extractor;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Finds the names that somebody may have meant by one that does not exist. */
final class NearestNames {
  private static final int SHOWN = 3;

  private NearestNames() {}

  /** Returns up to three of the names: those that begin so, then those of the fewest edits. */
  static List<String> of(String name, List<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    Comparator<String> byBeginning =
        Comparator.comparing(other -> !other.toLowerCase(Locale.ROOT).startsWith(wanted));
    return known.stream()
        .sorted(
            byBeginning.thenComparingInt(other -> edits(wanted, other.toLowerCase(Locale.ROOT))))
        .limit(SHOWN)
        .toList();
  }

  /** Letters to insert, to delete or to replace (Levenshtein). */
  private static int edits(String from, String to) {
    int[] row = IntStream.rangeClosed(0, to.length()).toArray();
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
