package dev.flowline.acceptance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A table of the parts that were not decided right in every trial by everyone, a part per row.
 *
 * @param rows the first parts: name, reference, decisions
 * @param more number of further parts
 */
record WrongPartTable(List<List<String>> rows, int more) {
  private static final int SHOWN = 18; // fit on a page

  /** Returns the table of the figures of some appraisers. */
  static WrongPartTable of(List<AppraiserResult> appraisers) {
    Map<String, List<String>> decisions = new LinkedHashMap<>();
    Map<String, Boolean> defective = new LinkedHashMap<>();
    for (AppraiserResult each : appraisers) {
      for (AppraiserResult.WrongPart part : each.wrongParts()) {
        defective.put(part.part(), part.defective());
        decisions
            .computeIfAbsent(part.part(), name -> new ArrayList<>())
            .add(each.appraiser() + ": " + counted(part.decisions()));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    decisions.forEach(
        (part, all) ->
            rows.add(
                List.of(part, defective.get(part) ? "defect" : "good", String.join("; ", all))));
    int shown = Math.min(rows.size(), SHOWN);
    return new WrongPartTable(List.copyOf(rows.subList(0, shown)), rows.size() - shown);
  }

  /** Returns "2 good, 1 defect". */
  private static String counted(List<Decision> decisions) {
    Map<Decision, Long> counts =
        decisions.stream()
            .collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** Returns the headings of the rows. */
  List<String> headings() {
    return List.of("part", "reference", "decisions");
  }
}
