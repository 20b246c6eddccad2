package dev.flowline.detectability;

import dev.flowline.data.synthesis.DefectKind;
import java.util.List;

/**
 * The curve of the made-up defects of one kind and contrast.
 *
 * @param contrast that was requested
 * @param measuredContrast that the defects have, on average
 */
public record KindCurve(DefectKind kind, double contrast, double measuredContrast, PodCurve pod) {
  static KindCurve of(DefectKind kind, double contrast, List<DefectTrial> all) {
    List<DefectTrial> own =
        all.stream().filter(trial -> trial.kind() == kind && trial.contrast() == contrast).toList();
    return new KindCurve(
        kind,
        contrast,
        own.stream().mapToDouble(DefectTrial::measuredContrast).average().orElseThrow(),
        PodCurve.of(own.stream().map(DefectTrial::hitMiss).toList()));
  }

  /** Returns the result in a sentence. */
  String sentence(SizeUnit unit, FalseAlarms alarms) {
    String which = "%s of contrast %s".formatted(kind.plural(), FalseAlarms.percent(contrast));
    Double size = pod.a9095();
    String found = "%s of %s found".formatted(pod.found(), pod.defects());
    if (size == null) {
      return "Not reached: no size up to %s shows that 90 %% of %s are found with 95 %% confidence (%s)."
          .formatted(unit.text(pod.largest()), which, found);
    }
    String smallest = size == pod.smallest() ? ", the smallest size tested," : "";
    String sentence =
        "Finds 90 %% of %s ≥ %s%s with 95 %% confidence, %s."
            .formatted(which, unit.roundedUp(size), smallest, alarms.inWords());
    return pod.isContradicted() ? sentence + " " + contradiction() : sentence;
  }

  private String contradiction() {
    return "But only %s of the %s defects of this size and above were found: the curve does not fit, so do not rely on it."
        .formatted(pod.atLeastA9095().count(), pod.atLeastA9095().of());
  }
}
