package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;

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
@JsonIgnoreProperties(value = StageTimings.TOTAL, allowGetters = true)
public record StageTimings(
    double decode, double preprocess, double extractor, double flow, double segmentation) {
  /** The key of all stages together. */
  public static final String TOTAL = "total";

  @JsonProperty
  public double total() {
    return decode + preprocess + extractor + flow + segmentation;
  }

  /** The milliseconds of each stage and of all together, by name, in their order. */
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
