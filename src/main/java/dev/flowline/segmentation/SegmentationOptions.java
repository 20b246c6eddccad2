package dev.flowline.segmentation;

import java.util.Objects;

/**
 * What decides whether a region is a defect.
 *
 * @param pfaBound how improbable a region is
 * @param numberOfTests how many regions were tried
 * @param log10Epsilon regions with log10 NFA below it are detected; 0 allows one false alarm an
 *     image on average
 */
public record SegmentationOptions(
    PfaBound pfaBound, NumberOfTests numberOfTests, double log10Epsilon) {
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

  public SegmentationOptions withPfaBound(PfaBound bound) {
    return new SegmentationOptions(bound, numberOfTests, log10Epsilon);
  }

  public SegmentationOptions withNumberOfTests(NumberOfTests tests) {
    return new SegmentationOptions(pfaBound, tests, log10Epsilon);
  }

  public SegmentationOptions withLog10Epsilon(double epsilon) {
    return new SegmentationOptions(pfaBound, numberOfTests, epsilon);
  }
}
