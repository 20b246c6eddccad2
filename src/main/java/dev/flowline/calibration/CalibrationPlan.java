package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.segmentation.NullHypothesis;

/**
 * How the test of a model to be trained comes about.
 *
 * @param nullHypothesis (in the files of comparisons {@code nullModel}) what regions of good images
 *     are supposed to be like
 * @param share of the good training images that set the threshold and do nothing else, in [0, 1)
 * @param rate of false-alarm images that the threshold is to promise; null to leave log10Epsilon as
 *     it is configured
 */
public record CalibrationPlan(
    @JsonProperty("nullModel") NullHypothesis nullHypothesis, double share, FalseAlarmRate rate) {
  /** What nobody asked for otherwise. */
  public static final FalseAlarmRate USUAL_RATE = new FalseAlarmRate(0.05, null);

  /** The configured test. */
  public static final CalibrationPlan NONE =
      new CalibrationPlan(NullHypothesis.CHI_SQUARE, 0, null);
}
