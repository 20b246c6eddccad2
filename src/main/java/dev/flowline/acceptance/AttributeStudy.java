package dev.flowline.acceptance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An attribute study: appraisers who decide about parts whose reference is known, in one or more
 * trials. An appraiser need not see every part, but good and defective ones.
 *
 * @param appraisers at least one, in the order in which they were first seen
 */
public record AttributeStudy(List<Appraiser> appraisers) {
  public AttributeStudy {
    appraisers = List.copyOf(appraisers);
  }

  /**
   * Returns the study of decisions.
   *
   * @throws IllegalArgumentException naming part and appraiser, if there is no decision, a trial
   *     stands twice, a part is good and defective, or an appraiser saw parts of one kind only
   */
  public static AttributeStudy of(List<Appraisal> appraisals) {
    if (appraisals.isEmpty()) {
      throw new IllegalArgumentException("the study has no decision");
    }
    Map<String, Boolean> defective = new LinkedHashMap<>();
    Map<String, Map<String, SortedMap<Integer, Decision>>> all = new LinkedHashMap<>();
    for (Appraisal each : appraisals) {
      Boolean other = defective.putIfAbsent(each.part(), each.defective());
      if (other != null && other != each.defective()) {
        throw new IllegalArgumentException(
            "part %s is good and defective: it has one reference".formatted(each.part()));
      }
      Decision earlier =
          all.computeIfAbsent(each.appraiser(), name -> new LinkedHashMap<>())
              .computeIfAbsent(each.part(), name -> new TreeMap<>())
              .putIfAbsent(each.trial(), each.decision());
      if (earlier != null) {
        throw new IllegalArgumentException(
            "trial %s of part %s by %s stands twice: number the trials of a part"
                .formatted(each.trial(), each.part(), each.appraiser()));
      }
    }
    List<Appraiser> appraisers = new ArrayList<>();
    all.forEach((name, parts) -> appraisers.add(appraiser(name, parts, defective)));
    return new AttributeStudy(appraisers);
  }

  private static Appraiser appraiser(
      String name,
      Map<String, SortedMap<Integer, Decision>> byPart,
      Map<String, Boolean> defective) {
    List<AppraisedPart> parts = new ArrayList<>();
    byPart.forEach(
        (part, trials) -> parts.add(new AppraisedPart(part, defective.get(part), trials)));
    Appraiser appraiser = new Appraiser(name, parts);
    for (boolean kind : new boolean[] {false, true}) {
      if (appraiser.parts(kind).isEmpty()) {
        throw new IllegalArgumentException(
            kind
                ? "%s decided about no defective part: misses are counted on parts that are known to be defective"
                    .formatted(name)
                : "%s decided about no good part: false alarms are counted on parts that are known to be good"
                    .formatted(name));
      }
    }
    return appraiser;
  }
}
