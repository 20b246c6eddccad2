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
 * @param fieldOfView the positions that are tested unless a call names others; null for all. Law
 *     and log10Epsilon must have been measured with it
 * @param smallestRegion the least number of positions of the fused map that a region must have to
 *     exist for the test; 0 for regions of any size. A law is needed for others. log10Epsilon must
 *     have been measured with it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SegmentationOptions(
    PfaBound pfaBound,
    NumberOfTests numberOfTests,
    double log10Epsilon,
    RegionLaw law,
    CalibratedView fieldOfView,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int smallestRegion) {
  /** The default test: guarded Chernoff bound, published number of tests, log10 ε = 0. */
  public static final SegmentationOptions DEFAULT =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.PUBLISHED, 0);

  /** The most positions of a map. */
  private static final int MOST_POSITIONS = 1 << 28;

  public SegmentationOptions {
    Objects.requireNonNull(pfaBound, "pfaBound");
    Objects.requireNonNull(numberOfTests, "numberOfTests");
    if (Double.isNaN(log10Epsilon)) {
      throw new IllegalArgumentException("log10Epsilon must be a number, got NaN");
    }
    if (smallestRegion < 0 || smallestRegion > MOST_POSITIONS) {
      throw new IllegalArgumentException(
          "smallestRegion must be 0 to %s positions, got %s"
              .formatted(MOST_POSITIONS, smallestRegion));
    }
  }

  /** Makes the options of a test with chi-square energies. */
  public SegmentationOptions(PfaBound pfaBound, NumberOfTests numberOfTests, double log10Epsilon) {
    this(pfaBound, numberOfTests, log10Epsilon, null, null, 0);
  }

  /** Returns the null hypothesis, which is calibrated if there is a law. */
  @JsonIgnore
  public NullHypothesis nullHypothesis() {
    return law == null ? NullHypothesis.CHI_SQUARE : NullHypothesis.CALIBRATED;
  }

  /** Returns the field of view of maps of a size: that of the test, or all pixels. */
  public FieldOfView view(int height, int width) {
    return fieldOfView == null
        ? FieldOfView.whole(height, width)
        : fieldOfView.ofMaps(height, width);
  }

  /**
   * Returns the field of view of the smallest maps that have every position of the test: for those
   * who ask for numbers and no map.
   */
  public FieldOfView viewOfNumbers() {
    return fieldOfView == null ? FieldOfView.whole(1, 1) : fieldOfView.positions();
  }

  /** Returns the same options with another bound. */
  public SegmentationOptions withPfaBound(PfaBound bound) {
    return with(bound, numberOfTests, log10Epsilon, law);
  }

  /** Returns the same options with another number of tests. */
  public SegmentationOptions withNumberOfTests(NumberOfTests tests) {
    return with(pfaBound, tests, log10Epsilon, law);
  }

  /**
   * Returns the same options with another threshold.
   *
   * @throws IllegalArgumentException if it is NaN
   */
  public SegmentationOptions withLog10Epsilon(double threshold) {
    return with(pfaBound, numberOfTests, threshold, law);
  }

  /**
   * Returns the same options with another region law.
   *
   * @param regionLaw null for chi-square energies
   */
  public SegmentationOptions withLaw(RegionLaw regionLaw) {
    return with(pfaBound, numberOfTests, log10Epsilon, regionLaw);
  }

  /**
   * Returns the same options with another field of view.
   *
   * @param view null for the whole image
   */
  public SegmentationOptions withFieldOfView(CalibratedView view) {
    return new SegmentationOptions(
        pfaBound, numberOfTests, log10Epsilon, law, view, smallestRegion);
  }

  /**
   * Returns the same options with another smallest region.
   *
   * @throws IllegalArgumentException if it is below 0
   */
  public SegmentationOptions withSmallestRegion(int positions) {
    return new SegmentationOptions(
        pfaBound, numberOfTests, log10Epsilon, law, fieldOfView, positions);
  }

  private SegmentationOptions with(
      PfaBound bound, NumberOfTests tests, double threshold, RegionLaw regionLaw) {
    return new SegmentationOptions(bound, tests, threshold, regionLaw, fieldOfView, smallestRegion);
  }
}
