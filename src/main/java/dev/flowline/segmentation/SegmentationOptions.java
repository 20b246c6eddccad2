package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * What decides whether a region is a defect.
 *
 * @param pfaBound how improbable a region is; not looked at where there is a law
 * @param numberOfTests how many regions were tried; not looked at where there is a law
 * @param log10Epsilon regions with log10 NFA below it are detected; 0 allows one false alarm an
 *     image on average
 * @param law of regions in good images; null for chi-square energies
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SegmentationOptions(
    PfaBound pfaBound, NumberOfTests numberOfTests, double log10Epsilon, RegionLaw law) {
  /** Guarded Chernoff bound, published number of tests, log10 ε = 0. */
  public static final SegmentationOptions DEFAULT =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.PUBLISHED, 0);

  public SegmentationOptions {
    Objects.requireNonNull(pfaBound, "pfaBound");
    Objects.requireNonNull(numberOfTests, "numberOfTests");
    if (Double.isNaN(log10Epsilon)) {
      throw new IllegalArgumentException("log10Epsilon must be a number, got NaN");
    }
  }

  /** With chi-square energies. */
  public SegmentationOptions(PfaBound pfaBound, NumberOfTests numberOfTests, double log10Epsilon) {
    this(pfaBound, numberOfTests, log10Epsilon, null);
  }

  @JsonIgnore
  public NullHypothesis nullHypothesis() {
    return law == null ? NullHypothesis.CHI_SQUARE : NullHypothesis.CALIBRATED;
  }

  public SegmentationOptions withPfaBound(PfaBound bound) {
    return new SegmentationOptions(bound, numberOfTests, log10Epsilon, law);
  }

  public SegmentationOptions withNumberOfTests(NumberOfTests tests) {
    return new SegmentationOptions(pfaBound, tests, log10Epsilon, law);
  }

  public SegmentationOptions withLog10Epsilon(double epsilon) {
    return new SegmentationOptions(pfaBound, numberOfTests, epsilon, law);
  }

  /**
   * @param regions null for chi-square energies
   */
  public SegmentationOptions withLaw(RegionLaw regions) {
    return new SegmentationOptions(pfaBound, numberOfTests, log10Epsilon, regions);
  }
}
