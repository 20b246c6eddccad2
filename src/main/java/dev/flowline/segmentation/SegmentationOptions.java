package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * The options of the test: what decides whether a region is a defect.
 *
 * @param pfaBound how improbable a region is; ignored if there is a law
 * @param numberOfTests how many regions were tested; ignored if there is a law
 * @param log10Epsilon regions with log10 NFA below it are detected; 0 allows one false alarm per
 *     image on average
 * @param law the region law of good images; null for chi-square energies
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SegmentationOptions(
    PfaBound pfaBound, NumberOfTests numberOfTests, double log10Epsilon, RegionLaw law) {
  /** The default test: guarded Chernoff bound, published number of tests, log10 ε = 0. */
  public static final SegmentationOptions DEFAULT =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.PUBLISHED, 0);

  public SegmentationOptions {
    Objects.requireNonNull(pfaBound, "pfaBound");
    Objects.requireNonNull(numberOfTests, "numberOfTests");
    if (Double.isNaN(log10Epsilon)) {
      throw new IllegalArgumentException("log10Epsilon must be a number, got NaN");
    }
  }

  /** Makes the options of a test with chi-square energies. */
  public SegmentationOptions(PfaBound pfaBound, NumberOfTests numberOfTests, double log10Epsilon) {
    this(pfaBound, numberOfTests, log10Epsilon, null);
  }

  /** Returns the null hypothesis, which is calibrated if there is a law. */
  @JsonIgnore
  public NullHypothesis nullHypothesis() {
    return law == null ? NullHypothesis.CHI_SQUARE : NullHypothesis.CALIBRATED;
  }

  /** Returns the same options with another bound. */
  public SegmentationOptions withPfaBound(PfaBound bound) {
    return new SegmentationOptions(bound, numberOfTests, log10Epsilon, law);
  }

  /** Returns the same options with another number of tests. */
  public SegmentationOptions withNumberOfTests(NumberOfTests tests) {
    return new SegmentationOptions(pfaBound, tests, log10Epsilon, law);
  }

  /**
   * Returns the same options with another threshold.
   *
   * @throws IllegalArgumentException if it is NaN
   */
  public SegmentationOptions withLog10Epsilon(double threshold) {
    return new SegmentationOptions(pfaBound, numberOfTests, threshold, law);
  }

  /**
   * Returns the same options with another region law.
   *
   * @param regionLaw null for chi-square energies
   */
  public SegmentationOptions withLaw(RegionLaw regionLaw) {
    return new SegmentationOptions(pfaBound, numberOfTests, log10Epsilon, regionLaw);
  }
}
