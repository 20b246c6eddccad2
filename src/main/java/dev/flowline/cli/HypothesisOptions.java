package dev.flowline.cli;

import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.SegmentationOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The null hypothesis of the statistical test, if it is to differ from the stored or usual one. */
@HelpGroup.In(HelpGroup.RESEARCH)
final class HypothesisOptions {
  @Option(
      names = "--null",
      paramLabel = "HYPOTHESIS",
      description =
          "Null hypothesis on the regions of good images: CALIBRATED, as measured on good images, or CHI_SQUARE, with chi-square energies (default: CALIBRATED in train, compare and calibrate, else the model's; CHI_SQUARE if --number-of-tests or --pfa-bound is given).")
  private NullHypothesis nullHypothesis;

  @Mixin private ChiSquareOptions chiSquare;

  /** Returns whether the user gave any of them. */
  boolean given() {
    return nullHypothesis != null || chiSquare.given();
  }

  /** Returns whether the user gave the measured null hypothesis by name. */
  boolean calibratedGiven() {
    return nullHypothesis == NullHypothesis.CALIBRATED;
  }

  /**
   * Returns the null hypothesis that the user wants; a bound or a number of tests makes sense with
   * chi-square energies only.
   *
   * @throws IllegalArgumentException if the user gave one of these with the measured one
   */
  NullHypothesis wanted() {
    if (nullHypothesis == null) {
      return chiSquare.given() ? NullHypothesis.CHI_SQUARE : NullHypothesis.CALIBRATED;
    }
    if (calibratedGiven() && chiSquare.given()) {
      throw new IllegalArgumentException(
          "--null CALIBRATED cannot be combined with --number-of-tests and --pfa-bound: they belong to --null CHI_SQUARE");
    }
    return nullHypothesis;
  }

  /**
   * Returns the test with what the user gave, but without the region law, which is yet to be
   * measured; another null hypothesis, number or bound starts from log10Epsilon 0.
   */
  SegmentationOptions toBeMeasured(SegmentationOptions stored) {
    boolean dropsLaw = wanted() == NullHypothesis.CHI_SQUARE && stored.law() != null;
    return chiSquare.over(dropsLaw ? stored.withLaw(null).withLog10Epsilon(0) : stored);
  }
}
