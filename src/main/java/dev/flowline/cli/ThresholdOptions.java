package dev.flowline.cli;

import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Option;

/** The statistical test, where it is to differ from what is stored or usual. */
final class ThresholdOptions {
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

  @Option(
      names = "--null",
      paramLabel = "MODEL",
      description =
          "${COMPLETION-CANDIDATES}: what regions of good images are supposed to be like; as measured on good images (the default of new models), or as in white noise, with --number-of-tests and --pfa-bound.")
  private NullHypothesis nullHypothesis;

  /** Whether it is to differ at all. */
  boolean asked() {
    return log10Epsilon != null
        || numberOfTests != null
        || pfaBound != null
        || nullHypothesis != null;
  }

  /** Whether a measured null was asked for by name. */
  boolean lawAskedFor() {
    return nullHypothesis == NullHypothesis.CALIBRATED;
  }

  Double log10Epsilon() {
    return log10Epsilon;
  }

  /** What was asked for; a bound or count of its own makes sense with chi-square energies only. */
  NullHypothesis nullHypothesis() {
    if (nullHypothesis == null) {
      return numberOfTests == null && pfaBound == null
          ? NullHypothesis.CALIBRATED
          : NullHypothesis.CHI_SQUARE;
    }
    if (nullHypothesis == NullHypothesis.CALIBRATED
        && (numberOfTests != null || pfaBound != null)) {
      throw new IllegalArgumentException(
          "--null CALIBRATED has no use for --number-of-tests and --pfa-bound: its law is of an image's regions, none of which is counted again");
    }
    return nullHypothesis;
  }

  /** The test of a new model, with what was asked for, before it is calibrated. */
  SegmentationOptions overUsual() {
    return toBeMeasured(USUAL);
  }

  /**
   * The given test with what was asked for.
   *
   * @throws IllegalArgumentException if a measured null is asked for and there is none
   */
  SegmentationOptions over(SegmentationOptions stored) {
    SegmentationOptions test = toBeMeasured(stored);
    if (nullHypothesis == NullHypothesis.CALIBRATED && test.law() == null) {
      throw new IllegalArgumentException(
          "--null CALIBRATED: the model has no law of regions; 'flowline calibrate' measures it on good images");
    }
    return test;
  }

  /**
   * The given test with what was asked for, but for a law, which is yet to be measured; another
   * null, count or bound without an ε starts from 0.
   */
  SegmentationOptions toBeMeasured(SegmentationOptions stored) {
    SegmentationOptions test = stored;
    if (nullHypothesis() == NullHypothesis.CHI_SQUARE && test.law() != null) {
      test = test.withLaw(null).withLog10Epsilon(0);
    }
    if (numberOfTests != null && numberOfTests != test.numberOfTests()) {
      test = test.withNumberOfTests(numberOfTests).withLog10Epsilon(0);
    }
    if (pfaBound != null && pfaBound != test.pfaBound()) {
      test = test.withPfaBound(pfaBound).withLog10Epsilon(0);
    }
    return log10Epsilon == null ? test : test.withLog10Epsilon(log10Epsilon);
  }
}
