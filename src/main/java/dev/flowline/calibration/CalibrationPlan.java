package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.segmentation.NullHypothesis;

/**
 * The plan of the calibration that follows training.
 *
 * @param nullHypothesis of the test; {@code nullModel} in the files of comparisons
 * @param share of the good training images that are held out for the threshold, in [0, 1)
 * @param rate the requested rate of false-alarm images; null to leave log10Epsilon as it is
 *     configured
 */
public record CalibrationPlan(
    @JsonProperty("nullModel") NullHypothesis nullHypothesis, double share, FalseAlarmRate rate) {
  /** The default rate. */
  public static final FalseAlarmRate USUAL_RATE = new FalseAlarmRate(0.05, null);

  /** The plan that calibrates nothing: the test stays as it is configured. */
  public static final CalibrationPlan NONE =
      new CalibrationPlan(NullHypothesis.CHI_SQUARE, 0, null);
}
