package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The time of each stage of one inspection, in milliseconds. On a CUDA device, which works while
 * the CPU goes ahead, the total is right, but the unfinished work of a stage counts for a later
 * one.
 *
 * @param decode of the image file; 0 if the image was given decoded
 * @param preprocess resizing and normalising
 * @param extractor from input to features
 * @param flow from features to latents
 * @param segmentation anomaly map, level-set trees, test and regions
 */
@JsonIgnoreProperties(value = StageTimings.TOTAL, allowGetters = true)
public record StageTimings(
    double decode, double preprocess, double extractor, double flow, double segmentation) {
  /** The name of the sum of all stages. */
  public static final String TOTAL = "total";

  /** Returns the milliseconds of all stages. */
  @JsonProperty
  public double total() {
    return decode + preprocess + extractor + flow + segmentation;
  }

  /** Returns the milliseconds of each stage and their sum, by name, in their order. */
  public Map<String, Double> byStage() {
    Map<String, Double> millis = new LinkedHashMap<>();
    millis.put("decode", decode);
    millis.put("preprocess", preprocess);
    millis.put("extractor", extractor);
    millis.put("flow", flow);
    millis.put("segmentation", segmentation);
    millis.put(TOTAL, total());
    return millis;
  }
}
