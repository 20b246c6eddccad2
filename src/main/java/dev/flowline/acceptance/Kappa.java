package dev.flowline.acceptance;

import java.util.List;

/**
 * Kappa, the agreement of decisions beyond chance: (observed − expected) / (1 − expected). It is 1
 * for perfect agreement and 0 for that of chance; NaN if all decisions are the same, so that chance
 * alone agrees always, or there is none.
 */
public final class Kappa {
  private static final int KINDS = Decision.values().length;

  private Kappa() {}

  /**
   * Returns kappa of two appraisers (Cohen 1960), who keep their own shares of each decision.
   *
   * @param first decisions of one of them
   * @param second decisions about the same parts, in the same order
   * @throws IllegalArgumentException if one list is longer
   */
  public static double cohen(List<Decision> first, List<Decision> second) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "the lists must be equally long, got %s and %s".formatted(first.size(), second.size()));
    }
    double n = first.size();
    double[] byFirst = new double[KINDS];
    double[] bySecond = new double[KINDS];
    int agree = 0;
    for (int i = 0; i < first.size(); i++) {
      byFirst[first.get(i).ordinal()]++;
      bySecond[second.get(i).ordinal()]++;
      agree += first.get(i) == second.get(i) ? 1 : 0;
    }
    double expected = 0;
    for (int kind = 0; kind < KINDS; kind++) {
      expected += byFirst[kind] * bySecond[kind];
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
  public static double fleiss(List<List<Decision>> decisions) {
    if (decisions.isEmpty()) {
      return Double.NaN;
    }
    int each = decisions.get(0).size();
    double[] shares = new double[KINDS];
    double agreeing = 0;
    for (List<Decision> part : decisions) {
      if (part.size() != each || each < 2) {
        throw new IllegalArgumentException(
            "each part must have the same number of decisions, at least 2, got %s and %s"
                .formatted(each, part.size()));
      }
      int[] counts = new int[KINDS];
      part.forEach(decision -> counts[decision.ordinal()]++);
      for (int kind = 0; kind < KINDS; kind++) {
        shares[kind] += counts[kind];
        agreeing += counts[kind] * (counts[kind] - 1.0);
      }
    }
    double all = (double) decisions.size() * each;
    double expected = 0;
    for (double share : shares) {
      expected += share * share;
    }
    return beyondChance(agreeing / (all * (each - 1)), expected / (all * all));
  }

  private static double beyondChance(double observed, double expected) {
    return expected < 1 ? (observed - expected) / (1 - expected) : Double.NaN;
  }
}
