package dev.flowline.study;

import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A rule that is studied: a combination of null hypothesis, bound and number of tests. */
enum DetectionRule {
  PUBLISHED("chi-square, published count", "first", PfaBound.CHERNOFF, NumberOfTests.PUBLISHED),
  BY_SIZE("chi-square, by size", "second", PfaBound.CHERNOFF, NumberOfTests.BY_SIZE),
  EXACT("chi-square, exact tail, by size", "third", PfaBound.EXACT, NumberOfTests.BY_SIZE),
  CALIBRATED("region law, by class", "fourth", null, null);

  final String title;
  final String css;
  private final PfaBound bound;
  private final NumberOfTests count;

  DetectionRule(String title, String css, PfaBound bound, NumberOfTests count) {
    this.title = title;
    this.css = css;
    this.bound = bound;
    this.count = count;
  }

  /**
   * Returns the rules that a model can be judged by.
   *
   * @param law null for none
   */
  static List<DetectionRule> all(RegionLaw law) {
    return Arrays.stream(values()).filter(rule -> rule != CALIBRATED || law != null).toList();
  }

  /** Returns the rule of a test; empty if it is none of these. */
  static Optional<DetectionRule> of(SegmentationOptions test) {
    return Arrays.stream(values())
        .filter(
            rule ->
                rule == CALIBRATED
                    ? test.law() != null
                    : test.law() == null
                        && rule.bound == test.pfaBound()
                        && rule.count == test.numberOfTests())
        .findFirst();
  }

  /**
   * Returns the test of this rule, at log10 ε = 0.
   *
   * @param test of the model, which is returned if this is its rule; otherwise its field of view
   *     counts alone
   */
  SegmentationOptions options(SegmentationOptions test) {
    if (of(test).filter(own -> own == this).isPresent()) {
      return test.withLog10Epsilon(0);
    }
    return new SegmentationOptions(bound, count, 0).withFieldOfView(test.fieldOfView());
  }
}
