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
 * @param group of the part, see {@link GroupMix}; null without a mix
 * @param fold from 0, whose kept model has not seen the image, see {@link CvPlus}; null if no
 *     models of folds are kept
 */
public record CalibrationImage(
    @JsonProperty("smallestLog10Nfa") double minLog10Nfa,
    List<Double> latentStatistics,
    @JsonInclude(JsonInclude.Include.NON_NULL) InputStatistics input,
    @JsonInclude(JsonInclude.Include.NON_NULL) String group,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer fold) {
  public CalibrationImage {
    if (Double.isNaN(minLog10Nfa)) {
      throw new IllegalArgumentException("smallestLog10Nfa must be a number, got NaN");
    }
    latentStatistics = latentStatistics == null ? null : List.copyOf(latentStatistics);
  }

  /** Makes an image of no group. */
  public CalibrationImage(
      double minLog10Nfa, List<Double> latentStatistics, InputStatistics input) {
    this(minLog10Nfa, latentStatistics, input, null, null);
  }

  /** Makes an image of no kept fold. */
  public CalibrationImage(
      double minLog10Nfa, List<Double> latentStatistics, InputStatistics input, String group) {
    this(minLog10Nfa, latentStatistics, input, group, null);
  }

  /** Returns the same image in a group. */
  CalibrationImage of(String newGroup) {
    return new CalibrationImage(minLog10Nfa, latentStatistics, input, newGroup, fold);
  }

  /** Returns the same image in a fold whose model is kept. */
  CalibrationImage inFold(int number) {
    return new CalibrationImage(minLog10Nfa, latentStatistics, input, group, number);
  }

  /**
   * Returns the image without the statistics of its latents, which drift would compare: those of a
   * fold's model differ from the final model's. Those of the input are kept.
   */
  CalibrationImage withoutLatents() {
    return new CalibrationImage(minLog10Nfa, null, input, group, fold);
  }
}
