package dev.flowline.certificate;

import dev.flowline.calibration.BinomialInterval;
import dev.flowline.page.Numbers;

/**
 * The decisions of a model about parts that are known to be good or defective, one image each.
 *
 * @param goodParts number of good parts
 * @param falseAlarms those of them with the verdict DEFECT
 * @param defectiveParts number of defective parts
 * @param missed those of them with the verdict GOOD
 */
public record ObservedDecisions(int goodParts, int falseAlarms, int defectiveParts, int missed)
    implements Observation {
  private static final double CONFIDENCE = 0.95;

  public ObservedDecisions {
    requireCount("falseAlarms", falseAlarms, goodParts);
    requireCount("missed", missed, defectiveParts);
  }

  private static void requireCount(String name, int count, int of) {
    if (count < 0 || count > of) {
      throw new IllegalArgumentException("%s must be 0 to %s, got %s".formatted(name, of, count));
    }
  }

  @Override
  public String inWords() {
    String defective =
        defectiveParts == 0
            ? ""
            : "; %s of %s missed"
                .formatted(missed, Numbers.count(defectiveParts, "defective part"));
    return falseAlarmsInWords() + defective;
  }

  private String falseAlarmsInWords() {
    if (goodParts == 0) {
      return "no good part";
    }
    return "%s of %s with a false alarm, which alone shows a rate of at most %s at %s %% confidence"
        .formatted(
            falseAlarms,
            Numbers.count(goodParts, "good part"),
            Numbers.percent(BinomialInterval.upperBound(falseAlarms, goodParts, CONFIDENCE)),
            Math.round(100 * CONFIDENCE));
  }
}
