package dev.flowline.cli;

import dev.flowline.line.Inspector;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Mixin;

/** The statistical test and its threshold, if they are to differ from the stored or usual ones. */
final class ThresholdOptions {
  /** The test of new models. */
  static final SegmentationOptions USUAL =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);

  @Mixin private Log10EpsilonOption log10Epsilon;
  @Mixin private HypothesisOptions hypothesis;

  /** Returns whether the user gave any of them. */
  boolean given() {
    return log10Epsilon.value() != null || hypothesis.given();
  }

  /** Returns the threshold that the user gave; null for none. */
  Double log10Epsilon() {
    return log10Epsilon.value();
  }

  /** Returns the null hypothesis that the user wants. */
  NullHypothesis nullHypothesis() {
    return hypothesis.wanted();
  }

  /** Prints that the model's guard band is left out, if it is: it is that of another threshold. */
  void noteOfGuardBand(Inspector inspector, CommonOptions common) {
    if (inspector.model().config().guardBand() != null && inspector.guardBand().isEmpty()) {
      common
          .err()
          .println(
              "note: the model's guard band was measured for its own threshold and is left out: no part is UNDECIDED");
    }
  }

  /** Returns the test of a new model, with what the user gave, before it is calibrated. */
  SegmentationOptions ofNewModel() {
    return log10Epsilon.over(hypothesis.toBeMeasured(USUAL));
  }

  /**
   * Returns the given test with what the user gave.
   *
   * @throws IllegalArgumentException if the user gave a measured null hypothesis and there is none
   */
  SegmentationOptions over(SegmentationOptions stored) {
    SegmentationOptions test = log10Epsilon.over(hypothesis.toBeMeasured(stored));
    if (hypothesis.calibratedGiven() && test.law() == null) {
      throw new IllegalArgumentException(
          "--null CALIBRATED needs a region law, and the model has none: 'flowline calibrate' measures it on good images");
    }
    if (test.law() == null && test.hasSmallestRegion()) {
      throw new IllegalArgumentException(
          "--null CHI_SQUARE knows no smallest region, and the model was calibrated with one");
    }
    return test;
  }
}
