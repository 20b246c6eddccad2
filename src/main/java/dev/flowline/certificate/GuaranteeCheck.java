package dev.flowline.certificate;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CountBand;
import dev.flowline.calibration.FalseAlarmRate;

/**
 * What a guaranteed rate says about a count of false alarms of new good parts. While these are
 * exchangeable with the n images that set the threshold as their j-th smallest, the count is
 * beta-binomial with j and n + 1 − j, and at most {@link #mostFalseAlarms} with a probability of at
 * least 97.5 %. With a mix n is the effective number of images, and j that of the guaranteed rate.
 *
 * @param calibration where the threshold comes from
 */
record GuaranteeCheck(Calibration calibration) {
  /**
   * Returns the largest number of false alarms that does not contradict the guarantee.
   *
   * @param goodParts number of new good parts, one image each; at least 1
   */
  int mostFalseAlarms(int goodParts) {
    int images = Math.max(1, (int) Math.floor(calibration.effectiveImages()));
    return CountBand.of(onAverage(), goodParts, images).high();
  }

  /** Returns the rate that is guaranteed on average over calibrations. */
  private double onAverage() {
    if (calibration.mix() != null) { // whose rank counts images of different weights
      return Math.min(1, calibration.guaranteed());
    }
    double share = calibration.rank() / (calibration.goodImages() + 1.0);
    return calibration.requested().confidence() == null
        ? Math.max(share, Math.min(1, calibration.guaranteed()))
        : share;
  }

  /**
   * Returns the least number of good parts that show the guarantee: as many as it takes calibration
   * images to guarantee that rate.
   */
  int partsNeeded() {
    double rate = calibration.guaranteed();
    return rate > 0 && rate < 1
        ? new FalseAlarmRate(rate, calibration.requested().confidence()).imagesNeeded()
        : 1;
  }

  /** Returns whether there are more false alarms than the guarantee allows. */
  boolean isContradicted(ObservedDecisions decisions) {
    return decisions.goodParts() > 0
        && decisions.falseAlarms() > mostFalseAlarms(decisions.goodParts());
  }

  /** Returns whether there are enough good parts, and no more false alarms than it allows. */
  boolean isShown(ObservedDecisions decisions) {
    return decisions.goodParts() >= partsNeeded() && !isContradicted(decisions);
  }
}
