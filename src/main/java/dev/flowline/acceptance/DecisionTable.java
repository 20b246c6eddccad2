package dev.flowline.acceptance;

import dev.flowline.io.CsvText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The decisions of a study as CSV, which {@link LabelFile} reads again. */
record DecisionTable(AttributeStudy study) {
  /** Returns the table, its columns named in the first line. */
  String csv() {
    List<String> lines = new ArrayList<>(List.of("part,reference,appraiser,trial,decision"));
    for (Appraiser appraiser : study.appraisers()) {
      for (AppraisedPart part : appraiser.parts()) {
        part.byTrial()
            .forEach(
                (trial, decision) ->
                    lines.add(
                        String.join(
                            ",",
                            CsvText.field(part.name()),
                            word(Decision.right(part.defective())),
                            CsvText.field(appraiser.name()),
                            Integer.toString(trial),
                            word(decision))));
      }
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  private static String word(Decision decision) {
    return decision.name().toLowerCase(Locale.ROOT);
  }
}
