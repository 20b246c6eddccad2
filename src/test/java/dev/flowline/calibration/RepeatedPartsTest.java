package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;

class RepeatedPartsTest {
  /**
   * Parts whose variances are all 1/32: algorithm S then gives them divided by the mean of a
   * winsorised chi-square variable, here by another library.
   */
  @Test
  void isStudentsTTimesTheRobustDeviation() {
    List<Double> part = List.of(-2.875, -3.125); // (0.125² + 0.125²) / 1
    RepeatedParts parts = new RepeatedParts(List.of(part, part, part, part, part));
    CalibratedGuardBand band = parts.guardBand(-3, 0.9, true);
    double limit = ChiSquaredDistribution.of(1).inverseCumulativeProbability(0.9);
    double kept = ChiSquaredDistribution.of(3).cumulativeProbability(limit);
    double mean = kept + 0.1 * limit;
    double square = 3 * ChiSquaredDistribution.of(5).cumulativeProbability(limit);
    double spread = square + 0.1 * limit * limit - mean * mean;
    double degrees = 2 * 5 * kept * kept / spread;
    double deviation = Math.sqrt(1 / 32.0 / mean);
    MeasuredRepeatability measured = band.repeatability();
    assertEquals(deviation, measured.standardDeviation(), 1e-12);
    assertEquals(degrees, measured.degreesOfFreedom(), 1e-9);
    double factor = TDistribution.of(degrees).inverseCumulativeProbability(0.9);
    assertEquals(factor * deviation, band.above(), 1e-9);
    assertEquals(band.above(), band.below());
    assertEquals(List.of(5, 10), List.of(measured.parts(), measured.images()));
    assertEquals(0, measured.nearest());
    assertTrue(band.isSynthetic());
    assertFalse(parts.guardBand(-3, 0.9, false).isSynthetic());
  }

  @Test
  void refusesWhatRepeatsNothing() {
    List<Double> two = List.of(-1.0, -1.5);
    assertThrows(IllegalArgumentException.class, () -> new RepeatedParts(List.of(two)));
    assertThrows(
        IllegalArgumentException.class, () -> new RepeatedParts(List.of(two, List.of(-1.0))));
    RepeatedParts same = new RepeatedParts(List.of(List.of(-1.0, -1.0), List.of(-2.0, -2.0, -2.0)));
    var e = assertThrows(IllegalArgumentException.class, () -> same.guardBand(-1, 0.95, false));
    assertTrue(e.getMessage().contains("nothing would be undecided"), e.getMessage());
    RepeatedParts unseen = new RepeatedParts(List.of(two, List.of(-1.0, (double) Float.MAX_VALUE)));
    assertThrows(IllegalArgumentException.class, () -> unseen.guardBand(-1, 0.95, false));
  }
}
