package dev.flowline.calibration;

import java.util.List;

/**
 * A good image that was kept for the threshold.
 *
 * @param smallestLog10Nfa of any region
 * @param latentStatistics see {@link LatentStatistics}; null in files of older versions
 */
public record CalibrationImage(double smallestLog10Nfa, List<Double> latentStatistics) {
  public CalibrationImage {
    latentStatistics = latentStatistics == null ? null : List.copyOf(latentStatistics);
  }
}
