package dev.flowline.calibration;

import java.util.List;

/**
 * What a good image said that was kept for the threshold.
 *
 * @param smallestLog10Nfa of any region
 * @param latentStatistics what its latents were like, {@code line.LatentStatistics}; null in files
 *     of before
 */
public record CalibrationImage(double smallestLog10Nfa, List<Double> latentStatistics) {
  public CalibrationImage {
    latentStatistics = latentStatistics == null ? null : List.copyOf(latentStatistics);
  }
}
