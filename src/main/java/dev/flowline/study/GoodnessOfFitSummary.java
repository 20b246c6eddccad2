package dev.flowline.study;

import dev.flowline.calibration.Calibration;
import dev.flowline.page.Numbers;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The summary of a goodness-of-fit study, in sentences. */
final class GoodnessOfFitSummary {
  static final double[] LOG10_EPSILONS = {0, -1, -2};
  private static final double RARE = 0.001;

  private final GoodnessOfFitStudy study;

  GoodnessOfFitSummary(GoodnessOfFitStudy study) {
    this.study = study;
  }

  /** Returns the page in a sentence. */
  String verdict() {
    return chiSquare() + calibrated();
  }

  private String chiSquare() {
    List<Integer> wrong =
        IntStream.range(0, study.scales().size())
            .filter(scale -> !holds(study.scales().get(scale)))
            .boxed()
            .toList();
    String images = Numbers.count(study.images(), "good test image");
    if (wrong.isEmpty()) {
      return "As far as %s show, chi-square holds".formatted(images);
    }
    String where =
        wrong.size() == study.scales().size()
            ? "At no scale"
            : "Not at %s %s"
                .formatted(
                    wrong.size() == 1 ? "scale" : "scales",
                    wrong.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    return where + " are energies of %s chi-square and independent".formatted(images);
  }

  private static boolean holds(ScaleStudy scale) {
    return scale.isChiSquare() && scale.isIndependent();
  }

  private boolean chiSquareHolds() {
    return study.scales().stream().allMatch(GoodnessOfFitSummary::holds);
  }

  private String calibrated() {
    if (study.law() == null) {
      return ".";
    }
    return study.rules().stream()
            .filter(rule -> rule.rule() == DetectionRule.CALIBRATED)
            .allMatch(rule -> exceeded(rule).isEmpty())
        ? "; the region law, which assumes neither, keeps its bound."
        : "; the region law does not keep its bound either.";
  }

  /** Returns the log10 ε at which a rule exceeds its bound, the largest first. */
  private static List<Double> exceeded(RuleAlarms rule) {
    List<Double> exceeded = new ArrayList<>();
    for (double log10Epsilon : LOG10_EPSILONS) {
      if (!rule.keepsBound(log10Epsilon)) {
        exceeded.add(log10Epsilon);
      }
    }
    return exceeded;
  }

  /** Returns how well chi-square fits the energies, scale by scale. */
  List<String> energies() {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < study.scales().size(); i++) {
      ScaleStudy scale = study.scales().get(i);
      String factor = Numbers.brief(scale.deviationRatio());
      sentences.add(
          scale.isChiSquare()
              ? "Energies of scale %s follow chi-square: their mean is %s, their standard deviation is %s times that of chi-square."
                  .formatted(i, Numbers.brief(scale.energies().mean()), factor)
              : "Energies of scale %s have %s times the standard deviation of chi-square and %s times its mean; %s of 1,000 positions exceed the value that 1 of 1,000 should exceed."
                  .formatted(
                      i,
                      factor,
                      Numbers.brief(scale.energies().mean()),
                      Numbers.brief(
                          1000 * scale.energies().shareAbove(scale.expectedFromAbove(RARE)))));
      if (!scale.isIndependent()) {
        sentences.add(
            "Neighbours of scale %s have a correlation of %s: the positions of a region are weaker evidence than the test assumes."
                .formatted(i, Numbers.fixed(scale.neighbours(), 2)));
      }
    }
    if (!chiSquareHolds()) {
      sentences.add("A test that assumes chi-square does not keep its bound on false alarms here.");
    }
    return sentences;
  }

  /** Returns whether each rule keeps its bound on false alarms. */
  List<String> rules() {
    return study.rules().stream().map(this::rule).toList();
  }

  private String rule(RuleAlarms rule) {
    List<Double> exceeded = exceeded(rule);
    String name =
        rule.rule().title.substring(0, 1).toUpperCase(Locale.ROOT) + rule.rule().title.substring(1);
    if (!exceeded.isEmpty()) {
      double log10Epsilon = exceeded.get(exceeded.size() - 1);
      return "%s: exceeds its bound. At log10ε = %s the bound is %s, and %s good images alarm."
          .formatted(
              name,
              Numbers.fixed(log10Epsilon, 0),
              Numbers.percent(RuleAlarms.bound(log10Epsilon)),
              Numbers.share(rule.alarms(log10Epsilon), rule.images()));
    }
    double strongest = rule.minLog10Nfa()[0];
    return strongest > 0
        ? "%s: keeps its bound, but only because it hardly ever alarms. The strongest region of these good images is 10^%s times too weak to be reported at log10ε = 0, so a defect must be that much stronger to be found."
            .formatted(name, Numbers.brief(strongest))
        : "%s: keeps its bound. At log10ε = −1 the bound is 10 %%, and %s good images alarm."
            .formatted(name, Numbers.share(rule.alarms(-1), rule.images()));
  }

  /** Returns which rule the model uses, and why. */
  List<String> choice() {
    List<String> sentences = new ArrayList<>();
    RegionLaw law = study.law();
    if (law == null) {
      sentences.add(withoutLaw());
    } else {
      sentences.add(
          "The model uses the region law, measured on %s. The law assumes neither a distribution of energies nor independent positions, only that good parts stay as they were."
              .formatted(Numbers.count(law.images(), "good image")));
      sentences.add(
          "It is not combined with a count of polyominoes: it is the law of the strongest region of an image in a class of sizes, which takes all regions into account. Only the classes are left to count, %s of them."
              .formatted(law.classes()));
      sentences.add(
          "A log10NFA below %s is extrapolated from the tail: fewer than one of the good images that the law was measured on would have so strong a region."
              .formatted(Numbers.fixed(law.supportedLog10Nfa(), 2)));
    }
    threshold(sentences);
    return sentences;
  }

  private String withoutLaw() {
    SegmentationOptions test = study.test();
    String name =
        study
            .ownRule()
            .map(own -> own.rule().title)
            .orElse("chi-square, %s, %s".formatted(test.pfaBound(), test.numberOfTests()));
    if (chiSquareHolds()) {
      return "The model uses %s, and nothing in these images contradicts chi-square."
          .formatted(name);
    }
    return "The model uses %s, which does not hold here: its log10NFA ranks regions, but does not bound false alarms. 'flowline calibrate' measures a region law on %s good images or more."
        .formatted(name, RegionLaw.LEAST_IMAGES);
  }

  private void threshold(List<String> sentences) {
    Calibration calibration = study.calibration();
    if (calibration == null) {
      return;
    }
    if (study.ownRule().isEmpty()) {
      sentences.add("The report shows what its threshold does: its rule is none of those below.");
      return;
    }
    RuleAlarms own = study.ownRule().orElseThrow();
    sentences.add(
        "Its log10ε, %s, is set by good images that %s, and assumes no null hypothesis. The %s %s of good images; %s alarm here."
            .formatted(
                Numbers.fixed(calibration.log10Epsilon(), 2),
                calibration.isGuaranteed() ? "did nothing else" : "took turns to be held out",
                calibration.isGuaranteed()
                    ? "guaranteed rate is at most"
                    : "expected rate is about",
                Numbers.percent(calibration.guaranteed()),
                Numbers.share(own.alarms(calibration.log10Epsilon()), own.images())));
  }
}
