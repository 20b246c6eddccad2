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
        sentence("miss rate", "defective part", "none missed", "1 missed", defectiveParts),
        sentence("false-alarm rate", "good part", "no false alarm", "1 false alarm", goodParts));
  }

  private static String sentence(
      String rate, String part, String none, String one, SampleSizePlan plan) {
    List<String> choices = new ArrayList<>();
    for (SampleSizePlan.Row row : plan.rows()) {
      choices.add(
          switch (row.wrong()) {
            case 0 -> Numbers.count(row.parts(), part) + " with " + none;
            case 1 -> "or " + row.parts() + " with " + one;
            default -> row.parts() + " with " + row.wrong();
          });
    }
    return "%s ≤ %s at %s: %s"
        .formatted(
            rate,
            ShareText.of(plan.rate()),
            ShareText.of(plan.confidence()),
            String.join(", ", choices));
  }
}
