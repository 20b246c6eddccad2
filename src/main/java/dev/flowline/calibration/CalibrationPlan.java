package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.segmentation.NullHypothesis;

/**
 * The plan of the calibration that follows training.
 *
 * @param nullHypothesis of the test; {@code nullModel} in the files of comparisons
 * @param share of the good training images that are held out for the threshold, in [0, 1)
 * @param rate the requested rate of false-alarm images; null to leave log10Epsilon as it is
 *     configured
 * @param crossFitting how the good images take turns to be held out; null to hold out shares of
 *     them once
 */
public record CalibrationPlan(
    @JsonProperty("nullModel") NullHypothesis nullHypothesis,
    double share,
    FalseAlarmRate rate,
    @JsonInclude(JsonInclude.Include.NON_NULL) CrossFitting crossFitting) {
  /** The default rate. */
  public static final FalseAlarmRate USUAL_RATE = new FalseAlarmRate(0.05, null);

  /** The plan that calibrates nothing: the test stays as it is configured. */
  public static final CalibrationPlan NONE =
      new CalibrationPlan(NullHypothesis.CHI_SQUARE, 0, null);

  public CalibrationPlan {
    if (crossFitting != null && rate == null) {
      throw new IllegalArgumentException("cross-fitting needs a false-alarm rate, got none");
    }
  }

  /** Makes the plan that holds out a share of the good images once. */
  public CalibrationPlan(NullHypothesis nullHypothesis, double share, FalseAlarmRate rate) {
    this(nullHypothesis, share, rate, null);
  }

  /** Returns the plan in which the good images take turns to be held out. */
  public CalibrationPlan crossFitted(CrossFitting folds) {
    return new CalibrationPlan(nullHypothesis, 0, rate, folds);
  }
}
