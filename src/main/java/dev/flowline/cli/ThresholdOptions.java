package dev.flowline.cli;

import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The statistical test and its threshold, if they are to differ from the stored or usual ones. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class ThresholdOptions {
  /** The test of new models. */
  private static final SegmentationOptions USUAL =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);

  @Option(
      names = "--log10-epsilon",
      paramLabel = "X",
      description =
          "Threshold set by hand: a log10 NFA below X is a defect; at most 10^X false alarms per image if the null hypothesis holds.")
  private Double log10Epsilon;

  @Mixin private HypothesisOptions hypothesis;

  /** Whether the test is to differ at all. */
  boolean given() {
    return log10Epsilon != null || hypothesis.given();
  }

  Double log10Epsilon() {
    return log10Epsilon;
  }

  NullHypothesis nullHypothesis() {
    return hypothesis.wanted();
  }

  /** Returns the test of a new model, with what the user gave, before it is calibrated. */
  SegmentationOptions ofNewModel() {
    return withThreshold(hypothesis.toBeMeasured(USUAL));
  }

  /**
   * Returns the given test with what the user gave.
   *
   * @throws IllegalArgumentException if the user gave a measured null hypothesis and there is none
   */
  SegmentationOptions over(SegmentationOptions stored) {
    SegmentationOptions test = withThreshold(hypothesis.toBeMeasured(stored));
    if (hypothesis.calibratedGiven() && test.law() == null) {
      throw new IllegalArgumentException(
          "--null CALIBRATED: the model has no law of regions; 'flowline calibrate' measures it on good images");
    }
    return test;
  }

  private SegmentationOptions withThreshold(SegmentationOptions test) {
    return log10Epsilon == null ? test : test.withLog10Epsilon(log10Epsilon);
  }
}
