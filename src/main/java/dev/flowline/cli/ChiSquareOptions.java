package dev.flowline.cli;

import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Option;

/** The statistical test of chi-square energies, if it is to differ from the stored or usual one. */
@HelpGroup.In(HelpGroup.RESEARCH)
final class ChiSquareOptions {
  @Option(
      names = "--number-of-tests",
      paramLabel = "RULE",
      description =
          "Number of tests with chi-square energies: ${COMPLETION-CANDIDATES}; one number for all regions, or one per region size (default: the model's; BY_SIZE in train and compare).")
  private NumberOfTests numberOfTests;

  @Option(
      names = "--pfa-bound",
      paramLabel = "BOUND",
      description =
          "Bound on the probability of a region with chi-square energies: ${COMPLETION-CANDIDATES} (default: the model's; CHERNOFF in train and compare).")
  private PfaBound pfaBound;

  /** Returns whether the user gave any of them. */
  boolean given() {
    return numberOfTests != null || pfaBound != null;
  }

  /**
   * Returns the test with the number and the bound that the user gave; if one of them changes,
   * log10Epsilon is 0 until it is calibrated.
   */
  SegmentationOptions over(SegmentationOptions stored) {
    SegmentationOptions test = stored;
    if (numberOfTests != null && numberOfTests != test.numberOfTests()) {
      test = test.withNumberOfTests(numberOfTests).withLog10Epsilon(0);
    }
    if (pfaBound != null && pfaBound != test.pfaBound()) {
      test = test.withPfaBound(pfaBound).withLog10Epsilon(0);
    }
    return test;
  }
}
