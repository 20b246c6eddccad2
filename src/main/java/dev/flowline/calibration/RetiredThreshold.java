package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.Objects;

/**
 * A retired threshold: the test that a model had before a recalibration.
 *
 * @param until when it was replaced, ISO 8601
 * @param segmentation the test
 * @param calibration null if its log10Epsilon was set by hand
 * @param guardBand around log10Epsilon; null if every part was decided about
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RetiredThreshold(
    String until,
    SegmentationOptions segmentation,
    Calibration calibration,
    CalibratedGuardBand guardBand) {
  public RetiredThreshold {
    Objects.requireNonNull(until, "until");
    Objects.requireNonNull(segmentation, "segmentation");
  }
}
