package dev.flowline.acceptance;

import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * The plan of an acceptance: how many defective and good parts show the requested rates.
 *
 * @param defectiveParts to show the miss rate
 * @param goodParts to show the false-alarm rate
 */
public record AcceptancePlan(
    Requested requested, SampleSizePlan defectiveParts, SampleSizePlan goodParts) {
  /**
   * Returns the plan.
   *
   * @throws IllegalArgumentException naming the rate or confidence that no number of parts shows
   */
  public static AcceptancePlan of(Requested requested) {
    return new AcceptancePlan(requested, requested.defectiveParts(), requested.goodParts());
  }

  /** Returns the headings of {@link #rows}. */
  List<String> headings() {
    return List.of(
        "wrong parts allowed",
        "defective parts, miss rate ≤ " + ShareText.of(requested.missRate()),
        "good parts, false-alarm rate ≤ " + ShareText.of(requested.falseAlarmRate()));
  }

  /** Returns a row for each number of wrong parts: how many parts of each kind it takes. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < defectiveParts.rows().size(); i++) {
      rows.add(
          List.of(
              Integer.toString(defectiveParts.rows().get(i).wrong()),
              Integer.toString(defectiveParts.rows().get(i).parts()),
              Integer.toString(goodParts.rows().get(i).parts())));
    }
    return rows;
  }

  /** Returns the plan in lines for a terminal. */
  public List<String> inWords() {
    return List.of(
        sentence("miss rate", "defective part", "missed", defectiveParts),
        sentence("false-alarm rate", "good part", "with a false alarm", goodParts));
  }

  private static String sentence(String rate, String part, String wrong, SampleSizePlan plan) {
    StringBuilder line =
        new StringBuilder(
            "%s ≤ %s at %s: %s, none %s"
                .formatted(
                    rate,
                    ShareText.of(plan.rate()),
                    ShareText.of(plan.confidence()),
                    Numbers.count(plan.rows().get(0).parts(), part),
                    wrong));
    for (SampleSizePlan.Row row : plan.rows().subList(1, plan.rows().size())) {
      line.append("; ").append(row.parts()).append(", ").append(row.wrong());
    }
    return line.toString();
  }
}
