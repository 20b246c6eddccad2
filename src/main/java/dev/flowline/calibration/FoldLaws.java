package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.segmentation.Zone;
import java.util.List;
import java.util.Objects;

/**
 * The region laws of a model that has learned without one fold. No image of the fold had a part in
 * measuring them.
 *
 * @param whole of all that is in view
 * @param ofZones by zone of the test; empty without zones
 */
public record FoldLaws(
    RegionLaw whole, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RegionLaw> ofZones) {
  public FoldLaws {
    Objects.requireNonNull(whole, "whole");
    ofZones = ofZones == null ? List.of() : List.copyOf(ofZones);
  }

  /** Returns the laws of a test; null if it has none. */
  public static FoldLaws of(SegmentationOptions test) {
    if (test.law() == null) {
      return null;
    }
    return new FoldLaws(
        test.law(),
        test.zones() == null ? List.of() : test.zones().list().stream().map(Zone::law).toList());
  }

  /**
   * Returns a test with these laws.
   *
   * @throws IllegalArgumentException if it has other zones
   */
  SegmentationOptions in(SegmentationOptions test) {
    int zones = test.zones() == null ? 0 : test.zones().list().size();
    if (zones != ofZones.size()) {
      throw new IllegalArgumentException(
          "a kept fold must have a region law for each of %s zones, got %s"
              .formatted(zones, ofZones.size()));
    }
    return zones == 0 ? test.withLaw(whole) : test.withLaws(whole, ofZones);
  }
}
