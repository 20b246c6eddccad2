package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where the time of one inspection went, in milliseconds. A CUDA device works on while the CPU goes
 * ahead: there the total is right, but what a stage has not finished counts for a later one.
 *
 * @param decode of the image file; 0 where the image was handed in decoded
 * @param preprocess resize and normalise
 * @param extractor features
 * @param flow latents
 * @param segmentation anomaly map, level-set trees, test and regions
 */
public record StageTimings(
    double decode, double preprocess, double extractor, double flow, double segmentation) {
  @JsonProperty
  public double total() {
    return decode + preprocess + extractor + flow + segmentation;
  }

  /** The same with another time of decoding. */
  public StageTimings withDecode(double millis) {
    return new StageTimings(millis, preprocess, extractor, flow, segmentation);
  }
}
