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

/** What a study of the null hypotheses comes to, in sentences. */
final class GoodnessOfFitSummary {
  static final double[] LOG10_EPSILONS = {0, -1, -2};
  private static final double RARE = 0.001;

  private final GoodnessOfFitStudy study;

  GoodnessOfFitSummary(GoodnessOfFitStudy study) {
    this.study = study;
  }

  /** The page in a sentence. */
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
      return "As far as %s can tell, chi-square holds".formatted(images);
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
            .allMatch(rule -> broken(rule).isEmpty())
        ? "; the law of regions, which takes neither for granted, keeps its promises."
        : "; the law of regions does not keep its promises either.";
  }

  /** The log10 ε at which a rule's promise is refuted, the mildest first. */
  private static List<Double> broken(RuleAlarms rule) {
    List<Double> broken = new ArrayList<>();
    for (double log10Epsilon : LOG10_EPSILONS) {
      if (!rule.keeps(log10Epsilon)) {
        broken.add(log10Epsilon);
      }
    }
    return broken;
  }

  /** Of each scale. */
  List<String> energies() {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < study.scales().size(); i++) {
      ScaleStudy scale = study.scales().get(i);
      String factor = Numbers.brief(scale.deviationRatio());
      sentences.add(
          scale.isChiSquare()
              ? "Energies of scale %d are as chi-square has them: their mean is %s, their standard deviation %s times the promised one."
                  .formatted(i, Numbers.brief(scale.energies().mean()), factor)
              : "Energies of scale %d have %s times the standard deviation of chi-square, and %s times its mean; %s of 1,000 positions lie beyond what 1 should."
                  .formatted(
                      i,
                      factor,
                      Numbers.brief(scale.energies().mean()),
                      Numbers.brief(
                          1000 * scale.energies().shareAbove(scale.expectedFromAbove(RARE)))));
      if (!scale.isIndependent()) {
        sentences.add(
            "Neighbours of scale %d correlate by %s: a region's positions are fewer witnesses than the test counts."
                .formatted(i, Numbers.fixed(scale.neighbours(), 2)));
      }
    }
    if (!chiSquareHolds()) {
      sentences.add("A test built on chi-square promises what it cannot keep here.");
    }
    return sentences;
  }

  /** Of each rule. */
  List<String> rules() {
    return study.rules().stream().map(this::rule).toList();
  }

  private String rule(RuleAlarms rule) {
    List<Double> broken = broken(rule);
    String name =
        rule.rule().title.substring(0, 1).toUpperCase(Locale.ROOT) + rule.rule().title.substring(1);
    if (!broken.isEmpty()) {
      double log10Epsilon = broken.get(broken.size() - 1);
      return "%s: broken. At log10ε = %s it promises at most %s, and %s good images alarm."
          .formatted(
              name,
              Numbers.fixed(log10Epsilon, 0),
              Numbers.percent(RuleAlarms.promised(log10Epsilon)),
              Numbers.share(rule.alarms(log10Epsilon), rule.images()));
    }
    double strongest = rule.smallest()[0];
    return strongest > 0
        ? "%s: kept, by silence. The most striking region of all these images stays %s powers of ten short of log10ε = 0; a defect has to make up for that before it is seen."
            .formatted(name, Numbers.brief(strongest))
        : "%s: kept. At log10ε = −1 it promises at most 10 %%, and %s good images alarm."
            .formatted(name, Numbers.share(rule.alarms(-1), rule.images()));
  }

  /** What the model goes by, and why. */
  List<String> choice() {
    List<String> sentences = new ArrayList<>();
    RegionLaw law = study.law();
    if (law == null) {
      sentences.add(withoutLaw());
    } else {
      sentences.add(
          "The model goes by the law of regions, measured on %s: it takes neither a distribution of energies nor independent positions for granted, only that good parts stay as they were."
              .formatted(Numbers.count(law.images(), "good image")));
      sentences.add(
          "It is not combined with a count of polyominoes. It is the law of an image's strongest region of a class of sizes: all regions are in it already, and what is left to count is the classes, %d."
              .formatted(law.classes()));
      sentences.add(
          "A log10NFA below %s is extrapolated, by the form of the tail: fewer than one of the good images that the law was measured on would be so strong."
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
      return "The model goes by %s, and nothing in these images speaks against chi-square."
          .formatted(name);
    }
    return "The model goes by %s, which is wrong here: its log10NFA orders regions and bounds no false alarms. 'flowline calibrate' measures a law of regions on %d good images or more."
        .formatted(name, RegionLaw.LEAST_IMAGES);
  }

  private void threshold(List<String> sentences) {
    Calibration calibration = study.calibration();
    if (calibration == null) {
      return;
    }
    if (study.ownRule().isEmpty()) {
      sentences.add(
          "What its threshold does is in the report: the rule that it belongs to is none of those below.");
      return;
    }
    RuleAlarms own = study.ownRule().orElseThrow();
    sentences.add(
        "Its log10ε, %s, is set by good images that did nothing else and rests on no null at all: at most %s of good images promised, %s alarm here."
            .formatted(
                Numbers.fixed(calibration.log10Epsilon(), 2),
                Numbers.percent(calibration.promised()),
                Numbers.share(own.alarms(calibration.log10Epsilon()), own.images())));
  }
}
