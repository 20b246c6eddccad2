package dev.flowline.study;

import dev.flowline.calibration.Calibration;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A study of how well the null hypotheses fit good test images. It keeps a few numbers of each
 * image.
 */
public final class GoodnessOfFitStudy {
  private final SegmentationOptions test;
  private final Calibration calibration;
  private final List<ScaleStudy> scales;
  private final List<DetectionRule> rules;
  private final List<RelativeMaxima> maxima = new ArrayList<>(); // of each image
  private final List<float[]> minLog10Nfa = new ArrayList<>(); // of each image, by rule

  /**
   * @param shapes of the latents, (N, C, H, W) by scale
   * @param test of the model
   * @param calibration of its log10Epsilon; null for none
   */
  public GoodnessOfFitStudy(
      List<long[]> shapes, SegmentationOptions test, Calibration calibration) {
    this.test = test;
    this.calibration = calibration;
    scales =
        shapes.stream()
            .map(s -> new ScaleStudy((int) s[1], Math.toIntExact(s[2]), Math.toIntExact(s[3])))
            .toList();
    rules = DetectionRule.all(test.law());
  }

  /** Returns the tests of which {@link #add} takes the results, in this order. */
  public List<SegmentationOptions> tests() {
    return rules.stream().map(rule -> rule.options(test)).toList();
  }

  /** Adds what was seen of an image. */
  public void add(LatentProbe.Seen image) {
    for (int scale = 0; scale < scales.size(); scale++) {
      scales.get(scale).add(image.energies().get(scale));
    }
    maxima.add(image.maxima());
    minLog10Nfa.add(image.minLog10Nfa());
  }

  int images() {
    return minLog10Nfa.size();
  }

  List<ScaleStudy> scales() {
    return scales;
  }

  /** Returns the region law; null if there is none. */
  RegionLaw law() {
    return test.law();
  }

  SegmentationOptions test() {
    return test;
  }

  /** Returns where log10Epsilon comes from; null if it was set by hand. */
  Calibration calibration() {
    return calibration;
  }

  List<RuleAlarms> rules() {
    return rules.stream().map(this::alarms).toList();
  }

  /** Returns the alarms by the rule of the model; empty if it is none of those studied. */
  Optional<RuleAlarms> ownRule() {
    return DetectionRule.of(test).map(this::alarms);
  }

  private RuleAlarms alarms(DetectionRule rule) {
    int at = rules.indexOf(rule);
    return new RuleAlarms(
        rule,
        minLog10Nfa.stream().mapToDouble(image -> image[at]).toArray(),
        rule == DetectionRule.CALIBRATED ? law().images() : Double.POSITIVE_INFINITY);
  }

  /** Returns the share of good images that the law gives each image's maximum, ascending. */
  double[] lawShares(int classIndex) {
    return maxima.stream()
        .mapToDouble(image -> Math.pow(10, law().log10Pfa(classIndex, image.levels()[classIndex])))
        .sorted()
        .toArray();
  }

  /**
   * Returns the share of good images that a relative law gives each image's baseline, ascending.
   */
  double[] baselineShares() {
    return maxima.stream()
        .mapToDouble(image -> Math.pow(10, law().log10PfaOfBaseline(image.baseline())))
        .sorted()
        .toArray();
  }
}
