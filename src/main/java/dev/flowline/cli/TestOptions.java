package dev.flowline.cli;

import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Option;

/** The statistical test, where it is to differ from what is stored or usual. */
final class TestOptions {
  /** That of new models. */
  private static final SegmentationOptions USUAL =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);

  @Option(
      names = "--log10-epsilon",
      paramLabel = "X",
      description =
          "Detect where log10 NFA is below X: at most 10^X false alarms an image if the model of good parts holds.")
  private Double log10Epsilon;

  @Option(
      names = "--number-of-tests",
      paramLabel = "RULE",
      description = "${COMPLETION-CANDIDATES}: one count for all regions, or one by size.")
  private NumberOfTests numberOfTests;

  @Option(
      names = "--pfa-bound",
      paramLabel = "BOUND",
      description = "${COMPLETION-CANDIDATES}: how improbable a region is.")
  private PfaBound pfaBound;

  Double log10Epsilon() {
    return log10Epsilon;
  }

  /** The test of a new model, with what was asked for. */
  SegmentationOptions overUsual() {
    return over(USUAL);
  }

  /** The given test with what was asked for; another count or bound without an ε starts from 0. */
  SegmentationOptions over(SegmentationOptions stored) {
    SegmentationOptions test = stored;
    if (numberOfTests != null && numberOfTests != test.numberOfTests()) {
      test = test.withNumberOfTests(numberOfTests).withLog10Epsilon(0);
    }
    if (pfaBound != null && pfaBound != test.pfaBound()) {
      test = test.withPfaBound(pfaBound).withLog10Epsilon(0);
    }
    return log10Epsilon == null ? test : test.withLog10Epsilon(log10Epsilon);
  }
}
