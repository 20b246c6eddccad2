package dev.flowline.cli;

import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Option;

/** The null hypothesis of the statistical test, if it is to differ from the stored or usual one. */
@HelpGroup.In(HelpGroup.RESEARCH)
final class HypothesisOptions {
  @Option(
      names = "--null",
      paramLabel = "HYPOTHESIS",
      description =
          "Null hypothesis, the regions of good images: ${COMPLETION-CANDIDATES}; as measured on good images (the default of new models), or as in white noise, with --number-of-tests and --pfa-bound.")
  private NullHypothesis nullHypothesis;

  @Option(
      names = "--number-of-tests",
      paramLabel = "RULE",
      description =
          "Count of tests: ${COMPLETION-CANDIDATES}; one for all regions, or one per size.")
  private NumberOfTests numberOfTests;

  @Option(
      names = "--pfa-bound",
      paramLabel = "BOUND",
      description = "Probability of a region's energy: ${COMPLETION-CANDIDATES}.")
  private PfaBound pfaBound;

  /** Whether the user gave any of them. */
  boolean given() {
    return numberOfTests != null || pfaBound != null || nullHypothesis != null;
  }

  /** Whether the user gave the measured null hypothesis by name. */
  boolean calibratedGiven() {
    return nullHypothesis == NullHypothesis.CALIBRATED;
  }

  /** The one wanted; a bound or count of its own makes sense with chi-square energies only. */
  NullHypothesis wanted() {
    if (nullHypothesis == null) {
      return numberOfTests == null && pfaBound == null
          ? NullHypothesis.CALIBRATED
          : NullHypothesis.CHI_SQUARE;
    }
    if (calibratedGiven() && (numberOfTests != null || pfaBound != null)) {
      throw new IllegalArgumentException(
          "--null CALIBRATED has no use for --number-of-tests and --pfa-bound: its law is of an image's regions, none of which is counted again");
    }
    return nullHypothesis;
  }

  /**
   * Returns the given test with what the user gave, but for a law, which is yet to be measured;
   * another null hypothesis, count or bound starts from log10Epsilon 0.
   */
  SegmentationOptions toBeMeasured(SegmentationOptions stored) {
    SegmentationOptions test = stored;
    if (wanted() == NullHypothesis.CHI_SQUARE && test.law() != null) {
      test = test.withLaw(null).withLog10Epsilon(0);
    }
    if (numberOfTests != null && numberOfTests != test.numberOfTests()) {
      test = test.withNumberOfTests(numberOfTests).withLog10Epsilon(0);
    }
    if (pfaBound != null && pfaBound != test.pfaBound()) {
      test = test.withPfaBound(pfaBound).withLog10Epsilon(0);
    }
    return test;
  }
}
