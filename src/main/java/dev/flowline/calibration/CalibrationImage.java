package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A good image that was held out for the threshold.
 *
 * @param minLog10Nfa minimum over all its regions
 * @param latentStatistics see {@link LatentStatistics}; null in files of older versions
 * @param input statistics of the input; null in files of older versions
 */
public record CalibrationImage(
    @JsonProperty("smallestLog10Nfa") double minLog10Nfa,
    List<Double> latentStatistics,
    @JsonInclude(JsonInclude.Include.NON_NULL) InputStatistics input) {
  public CalibrationImage {
    if (Double.isNaN(minLog10Nfa)) {
      throw new IllegalArgumentException("smallestLog10Nfa must be a number, got NaN");
    }
    latentStatistics = latentStatistics == null ? null : List.copyOf(latentStatistics);
  }
}
