package dev.flowline.acceptance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.metrics.NanAsNull;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The agreement of several appraisers about the parts that all of them decided about.
 *
 * @param sameDecision parts with the same decision of all in every trial, right or not; null if
 *     there is no part that all decided about
 * @param effectiveness parts with the right decision of all in every trial; null in the same case
 * @param pairs Cohen's kappa of any two, over the trials that both have of a part
 * @param kappa Fleiss' kappa of all decisions about a part; NaN if it is undefined
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AppraiserAgreement(
    Proportion sameDecision,
    Proportion effectiveness,
    List<AppraiserPair> pairs,
    @NanAsNull double kappa) {
  /**
   * Two appraisers.
   *
   * @param decisions that both made, about the same part in the same trial
   * @param kappa Cohen's; NaN if it is undefined
   */
  public record AppraiserPair(
      String first, String second, int decisions, @NanAsNull double kappa) {}

  public AppraiserAgreement {
    pairs = List.copyOf(pairs);
  }

  /**
   * Returns the agreement of the appraisers of a study; null if there is one only.
   *
   * @throws IllegalArgumentException naming them, if no two have a trial of a part in common
   */
  static AppraiserAgreement of(AttributeStudy study, double confidence) {
    List<Appraiser> appraisers = study.appraisers();
    if (appraisers.size() < 2) {
      return null;
    }
    int trials = appraisers.stream().mapToInt(Appraiser::trials).min().orElseThrow();
    List<Map<String, AppraisedPart>> byName =
        appraisers.stream().map(AppraiserAgreement::byName).toList();
    List<List<Decision>> common = new ArrayList<>();
    int right = 0;
    for (AppraisedPart part : appraisers.get(0).parts()) {
      List<Decision> all = new ArrayList<>();
      for (Map<String, AppraisedPart> parts : byName) {
        AppraisedPart own = parts.get(part.name());
        if (own != null && own.byTrial().size() >= trials) {
          all.addAll(own.first(trials));
        }
      }
      if (all.size() == trials * appraisers.size()) {
        common.add(all);
        right += all.stream().allMatch(Decision.right(part.defective())::equals) ? 1 : 0;
      }
    }
    List<AppraiserPair> pairs = pairs(appraisers);
    if (pairs.stream().allMatch(pair -> pair.decisions() == 0)) {
      throw new IllegalArgumentException(
          "%s have no trial of a part in common: give a part the same name for all of them, such as %s"
              .formatted(
                  appraisers.stream().map(Appraiser::name).collect(Collectors.joining(", ")),
                  appraisers.get(0).parts().get(0).name()));
    }
    int same = (int) common.stream().filter(all -> new HashSet<>(all).size() == 1).count();
    return new AppraiserAgreement(
        common.isEmpty() ? null : new Proportion(same, common.size(), confidence),
        common.isEmpty() ? null : new Proportion(right, common.size(), confidence),
        pairs,
        Kappa.fleiss(common));
  }

  private static List<AppraiserPair> pairs(List<Appraiser> appraisers) {
    List<AppraiserPair> pairs = new ArrayList<>();
    for (int i = 0; i < appraisers.size(); i++) {
      for (int j = i + 1; j < appraisers.size(); j++) {
        pairs.add(pair(appraisers.get(i), appraisers.get(j)));
      }
    }
    return pairs;
  }

  private static AppraiserPair pair(Appraiser first, Appraiser second) {
    Map<String, AppraisedPart> others = byName(second);
    List<Decision> one = new ArrayList<>();
    List<Decision> other = new ArrayList<>();
    for (AppraisedPart part : first.parts()) {
      AppraisedPart own = others.get(part.name());
      if (own != null) {
        part.byTrial()
            .forEach(
                (trial, decision) -> {
                  if (own.byTrial().containsKey(trial)) {
                    one.add(decision);
                    other.add(own.byTrial().get(trial));
                  }
                });
      }
    }
    return new AppraiserPair(first.name(), second.name(), one.size(), Kappa.cohen(one, other));
  }

  private static Map<String, AppraisedPart> byName(Appraiser appraiser) {
    Map<String, AppraisedPart> parts = new LinkedHashMap<>();
    appraiser.parts().forEach(part -> parts.put(part.name(), part));
    return parts;
  }
}
