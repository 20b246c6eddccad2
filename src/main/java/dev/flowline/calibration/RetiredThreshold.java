package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.segmentation.SegmentationOptions;

/**
 * A test that a model had before it was calibrated anew.
 *
 * @param until when it was replaced, ISO 8601
 * @param calibration null where its log10Epsilon was set by hand
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RetiredThreshold(
    String until, SegmentationOptions segmentation, Calibration calibration) {}
