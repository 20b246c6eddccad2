package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
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
 * @param zones with tolerances of their own, each with a law if there is a law; null for none. Laws
 *     and log10Epsilon must have been measured with them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SegmentationOptions(
    PfaBound pfaBound,
    NumberOfTests numberOfTests,
    double log10Epsilon,
    RegionLaw law,
    CalibratedView fieldOfView,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int smallestRegion,
    Zones zones) {
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
    if (zones != null) {
      zones.requireFit(fieldOfView);
      for (Zone zone : zones.list()) {
        if ((zone.law() == null) != (law == null)) {
          throw new IllegalArgumentException(
              "zone %s must %s region law, as the test %s one"
                  .formatted(
                      zone.name(),
                      law == null ? "have no" : "have a",
                      law == null ? "has not" : "has"));
        }
      }
    }
  }

  /** Makes the options of a test with chi-square energies. */
  public SegmentationOptions(PfaBound pfaBound, NumberOfTests numberOfTests, double log10Epsilon) {
    this(pfaBound, numberOfTests, log10Epsilon, null, null, 0, null);
  }

  /** Returns the null hypothesis, which is calibrated if there is a law. */
  @JsonIgnore
  public NullHypothesis nullHypothesis() {
    return law == null ? NullHypothesis.CHI_SQUARE : NullHypothesis.CALIBRATED;
  }

  /** Returns whether a region must have some size, in all of the image or in a zone. */
  @JsonIgnore
  public boolean hasSmallestRegion() {
    return smallestRegion > 0
        || (zones != null
            && zones.list().stream()
                .anyMatch(zone -> zone.smallestRegion() != null && zone.smallestRegion() > 0));
  }

  /**
   * Returns the test of one zone by itself: its law, its smallest region and its threshold. Its
   * field of view is one of {@link Zones#of}.
   */
  SegmentationOptions ofZone(int index) {
    Zone zone = zones.list().get(index);
    return new SegmentationOptions(
        pfaBound,
        numberOfTests,
        zone.threshold(log10Epsilon),
        zone.law(),
        null,
        zone.smallestRegion() == null ? smallestRegion : zone.smallestRegion(),
        null);
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
    if (fieldOfView != null) {
      return fieldOfView.positions();
    }
    return zones == null
        ? FieldOfView.whole(1, 1)
        : FieldOfView.whole(zones.height(), zones.width());
  }

  /** Returns the same options with another bound. */
  public SegmentationOptions withPfaBound(PfaBound bound) {
    return with(bound, numberOfTests, log10Epsilon);
  }

  /** Returns the same options with another number of tests. */
  public SegmentationOptions withNumberOfTests(NumberOfTests tests) {
    return with(pfaBound, tests, log10Epsilon);
  }

  /**
   * Returns the same options with another threshold.
   *
   * @throws IllegalArgumentException if it is NaN
   */
  public SegmentationOptions withLog10Epsilon(double threshold) {
    return with(pfaBound, numberOfTests, threshold);
  }

  /**
   * Returns the same options with another region law. Zones keep theirs.
   *
   * @param regionLaw null for chi-square energies, in all zones
   */
  public SegmentationOptions withLaw(RegionLaw regionLaw) {
    return new SegmentationOptions(
        pfaBound,
        numberOfTests,
        log10Epsilon,
        regionLaw,
        fieldOfView,
        smallestRegion,
        zones == null || regionLaw != null ? zones : zones.withLaws(null));
  }

  /**
   * Returns the same options with other region laws.
   *
   * @param regionLaw of all that is in view
   * @param ofZones by zone
   */
  public SegmentationOptions withLaws(RegionLaw regionLaw, List<RegionLaw> ofZones) {
    return new SegmentationOptions(
        pfaBound,
        numberOfTests,
        log10Epsilon,
        regionLaw,
        fieldOfView,
        smallestRegion,
        zones.withLaws(ofZones));
  }

  /**
   * Returns the same options with another field of view.
   *
   * @param view null for the whole image
   * @throws IllegalArgumentException if a zone has too little in view
   */
  public SegmentationOptions withFieldOfView(CalibratedView view) {
    return new SegmentationOptions(
        pfaBound, numberOfTests, log10Epsilon, law, view, smallestRegion, zones);
  }

  /**
   * Returns the same options with another smallest region; those of zones stay.
   *
   * @throws IllegalArgumentException if it is below 0
   */
  public SegmentationOptions withSmallestRegion(int positions) {
    return new SegmentationOptions(
        pfaBound, numberOfTests, log10Epsilon, law, fieldOfView, positions, zones);
  }

  /**
   * Returns the same options with other zones. Laws of zones must be measured, so that there is no
   * region law; without zones, it stays.
   *
   * @param others null for none
   * @throws IllegalArgumentException if a zone has too little in view
   */
  public SegmentationOptions withZones(Zones others) {
    return new SegmentationOptions(
        pfaBound,
        numberOfTests,
        log10Epsilon,
        others == null ? law : null,
        fieldOfView,
        smallestRegion,
        others == null ? null : others.withLaws(null));
  }

  private SegmentationOptions with(PfaBound bound, NumberOfTests tests, double threshold) {
    return new SegmentationOptions(
        bound, tests, threshold, law, fieldOfView, smallestRegion, zones);
  }
}
