package dev.flowline.acceptance;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The plan of a sample: how many parts show that a rate is at most a requested one, by the number
 * of wrong decisions among them. None missed of 149 defects shows a miss rate of at most 2 % at 95
 * %.
 *
 * @param rate in [{@link #LEAST_RATE}, 1)
 * @param confidence in (0, 1)
 * @param rows for no wrong decision, one, two, …
 */
public record SampleSizePlan(double rate, double confidence, List<Row> rows) {
  /** The least rate that is planned for; it takes three million parts at 95 %. */
  public static final double LEAST_RATE = 1e-6;

  private static final int ROWS = 6;

  /**
   * A row of the plan.
   *
   * @param wrong number of wrong decisions that is allowed
   * @param parts that it takes, one decision each
   */
  public record Row(int wrong, int parts) {}

  public SampleSizePlan {
    rows = List.copyOf(rows);
  }

  /**
   * Returns the plan for up to five wrong decisions.
   *
   * @param name of the rate, for messages
   * @throws IllegalArgumentException if no number of parts that can be had shows the rate
   */
  public static SampleSizePlan of(String name, double rate, double confidence) {
    if (!(rate >= LEAST_RATE && rate < 1)) {
      throw new IllegalArgumentException(
          "%s must be at least %s and below 1, got %s: no number of parts shows less, so request a rate such as 0.02"
              .formatted(name, "0.000001", rate));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must be between 0 and 1, got %s: no number of parts is certain, so request 0.95, for example"
              .formatted(confidence));
    }
    List<Row> rows = new ArrayList<>();
    for (int wrong = 0; wrong < ROWS; wrong++) {
      rows.add(new Row(wrong, parts(wrong, rate, confidence)));
    }
    return new SampleSizePlan(rate, confidence, rows);
  }

  /**
   * Returns the least number of parts that shows the rate: so many wrong ones or fewer of them are
   * improbable, at most 1 − confidence, if the rate is the requested one.
   */
  private static int parts(int wrong, double rate, double confidence) {
    int enough = wrong + 1;
    while (!shows(wrong, enough, rate, confidence)) {
      enough = Math.multiplyExact(enough, 2);
    }
    int few = Math.max(wrong, enough / 2);
    while (enough - few > 1) {
      int middle = few + (enough - few) / 2;
      if (shows(wrong, middle, rate, confidence)) {
        enough = middle;
      } else {
        few = middle;
      }
    }
    return enough;
  }

  private static boolean shows(int wrong, int parts, double rate, double confidence) {
    return BinomialDistribution.of(parts, rate).cumulativeProbability(wrong) <= 1 - confidence;
  }
}
