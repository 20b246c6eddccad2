package dev.flowline.acceptance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kappa, the agreement of decisions beyond chance: (observed − expected) / (1 − expected). It is 1
 * for perfect agreement and 0 for that of chance; NaN if all decisions are the same, so that chance
 * alone agrees always, or there is none.
 */
public final class Kappa {
  private Kappa() {}

  /**
   * Returns kappa of two appraisers (Cohen 1960), who keep their own shares of each decision.
   *
   * @param first decisions of one of them
   * @param second decisions about the same parts, in the same order
   * @throws IllegalArgumentException if one list is longer
   */
  public static <T> double cohen(List<T> first, List<T> second) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "the lists must be equally long, got %s and %s".formatted(first.size(), second.size()));
    }
    double n = first.size();
    Map<T, Integer> byFirst = counts(first);
    Map<T, Integer> bySecond = counts(second);
    int agree = 0;
    for (int i = 0; i < first.size(); i++) {
      agree += first.get(i).equals(second.get(i)) ? 1 : 0;
    }
    double expected = 0;
    for (Map.Entry<T, Integer> each : byFirst.entrySet()) {
      expected += (double) each.getValue() * bySecond.getOrDefault(each.getKey(), 0);
    }
    return beyondChance(agree / n, expected / (n * n));
  }

  /**
   * Returns kappa of any number of decisions per part (Fleiss 1971), of which it does not matter
   * who made which.
   *
   * @param decisions about each part, equally many, at least 2
   * @throws IllegalArgumentException if a part has another number of them
   */
  public static <T> double fleiss(List<List<T>> decisions) {
    if (decisions.isEmpty()) {
      return Double.NaN;
    }
    int number = decisions.get(0).size();
    Map<T, Integer> shares = new HashMap<>();
    double agreeing = 0;
    for (List<T> part : decisions) {
      if (part.size() != number || number < 2) {
        throw new IllegalArgumentException(
            "each part must have the same number of decisions, at least 2, got %s and %s"
                .formatted(number, part.size()));
      }
      for (Map.Entry<T, Integer> each : counts(part).entrySet()) {
        shares.merge(each.getKey(), each.getValue(), Integer::sum);
        agreeing += each.getValue() * (each.getValue() - 1.0);
      }
    }
    double all = (double) decisions.size() * number;
    double expected = 0;
    for (int share : shares.values()) {
      expected += (double) share * share;
    }
    return beyondChance(agreeing / (all * (number - 1)), expected / (all * all));
  }

  private static <T> Map<T, Integer> counts(List<T> decisions) {
    Map<T, Integer> counts = new HashMap<>();
    decisions.forEach(decision -> counts.merge(decision, 1, Integer::sum));
    return counts;
  }

  private static double beyondChance(double observed, double expected) {
    return expected < 1 ? (observed - expected) / (1 - expected) : Double.NaN;
  }
}
