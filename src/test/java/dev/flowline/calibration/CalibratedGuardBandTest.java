package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.GuardBand;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibratedGuardBandTest {
  private static final MeasuredRepeatability MEASURED =
      new MeasuredRepeatability(8, 40, 0.3, 28.5, 0.95, 0.1, false);

  private static Calibration calibration(double rate, double... minima) {
    return Calibration.of(
        IntStream.range(0, minima.length)
            .mapToObj(i -> new CalibrationImage(minima[i], List.of((double) i), null))
            .toList(),
        new FalseAlarmRate(rate, null));
  }

  private static double[] descending(int images) {
    return IntStream.range(0, images).mapToDouble(i -> -i).toArray();
  }

  private static FalseAlarmRate rate(double rate) {
    return new FalseAlarmRate(rate, null);
  }

  /** −17 is the second smallest of 19, −14 the fifth. */
  @Test
  void twoRatesHaveTheThresholdsOfBoth() {
    Calibration rejecting = calibration(0.1, descending(19));
    CalibratedGuardBand band = CalibratedGuardBand.ofRates(rejecting, rate(0.27));
    double log10Epsilon = rejecting.log10Epsilon();
    assertEquals(-17, log10Epsilon);
    assertEquals(log10Epsilon, band.band().defectBelow(log10Epsilon));
    assertEquals(-14, band.band().goodFrom(log10Epsilon));
    assertEquals(new ReviewRate(0.27, null, 0.25), band.reviewRate());
    assertFalse(band.isSynthetic());
  }

  /** Of new good images at most the guaranteed shares are DEFECT, and not GOOD. */
  @Test
  void bothRatesAreKept() {
    Random random = new Random(3);
    int rounds = 20_000;
    int rejected = 0;
    int notGood = 0;
    for (int round = 0; round < rounds; round++) {
      double[] minima = random.doubles(29).map(u -> Math.log(u)).toArray();
      Calibration rejecting = calibration(0.05, minima);
      CalibratedGuardBand band = CalibratedGuardBand.ofRates(rejecting, rate(0.2));
      double part = Math.log(random.nextDouble());
      rejected += part < band.band().defectBelow(rejecting.log10Epsilon()) ? 1 : 0;
      notGood += part < band.band().goodFrom(rejecting.log10Epsilon()) ? 1 : 0;
    }
    assertEquals(1 / 30.0, rejected / (double) rounds, 0.006);
    assertEquals(6 / 30.0, notGood / (double) rounds, 0.014);
  }

  @Test
  void refusesRatesThatMakeNoSense() {
    Calibration rejecting = calibration(0.1, descending(19));
    String[][] wrong = {
      {"0.1", "--review-rate must be above the rate of rejects, 0.1"},
      {"0.05", "--review-rate must be above the rate of rejects, 0.1"},
      {"0.12", "19 good images cannot tell 0.12 from 0.1, so that nothing would be undecided"},
    };
    for (String[] each : wrong) {
      FalseAlarmRate review = rate(Double.parseDouble(each[0]));
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> CalibratedGuardBand.ofRates(rejecting, review));
      assertTrue(e.getMessage().contains(each[1]), e.getMessage());
    }
    var few =
        assertThrows(
            IllegalArgumentException.class,
            () -> CalibratedGuardBand.ofRates(calibration(0.01, descending(19)), rate(0.1)));
    assertTrue(
        few.getMessage().contains("a rate of rejects of 0.01, which takes 99"), few.getMessage());
    Calibration confident = Calibration.of(rejecting.images(), new FalseAlarmRate(0.2, 0.9));
    var unsure =
        assertThrows(
            IllegalArgumentException.class,
            () -> CalibratedGuardBand.ofRates(confident, new FalseAlarmRate(0.21, 0.9999)));
    assertTrue(
        unsure.getMessage().contains("cannot guarantee 0.21, which takes 40"), unsure.getMessage());
  }

  @Test
  void isOfOneOriginAlone() {
    ReviewRate review = new ReviewRate(0.2, null, 0.19);
    assertThrows(IllegalArgumentException.class, () -> new CalibratedGuardBand(1, 1, null, null));
    assertThrows(
        IllegalArgumentException.class, () -> new CalibratedGuardBand(0, 1, MEASURED, review));
    assertThrows(IllegalArgumentException.class, () -> new CalibratedGuardBand(1, 1, null, review));
    assertThrows(
        IllegalArgumentException.class, () -> new CalibratedGuardBand(-1, 1, MEASURED, null));
  }

  @Test
  void isSaidInWords() {
    assertEquals(
        "UNDECIDED from −3.50 to below −2.50: 0.50 around log10Epsilon, from repeats of 8 parts (40 images): standard deviation 0.30, confidence 0.95",
        GuardBandText.of(new CalibratedGuardBand(0.5, 0.5, MEASURED, null), -3, null));
    MeasuredRepeatability far = new MeasuredRepeatability(4, 8, 0.3, 3.1, 0.95, 2, true);
    CalibratedGuardBand synthetic = new CalibratedGuardBand(0.7, 0.7, far, null);
    assertTrue(GuardBandText.of(synthetic, 0, null).contains("from synthetic repeats of 4 parts"));
    assertTrue(synthetic.isSynthetic());
    assertTrue(
        GuardBandText.warning(synthetic).orElseThrow().contains("the nearest is 2.00 from it"));
    MeasuredRepeatability few = new MeasuredRepeatability(4, 8, 0.3, 3.1, 0.95, 0.2, false);
    assertTrue(
        GuardBandText.warning(new CalibratedGuardBand(0.7, 0.7, few, null))
            .orElseThrow()
            .contains("rests on 8 images of 4 parts"));
    assertTrue(GuardBandText.warning(new CalibratedGuardBand(0.5, 0.5, MEASURED, null)).isEmpty());
    CalibratedGuardBand review =
        new CalibratedGuardBand(0, 2, null, new ReviewRate(0.2, 0.9, 0.19));
    assertEquals(
        "UNDECIDED from −3.00 to below −1.00: at most 19.0 % of good images are not judged GOOD, with confidence 0.9",
        GuardBandText.of(review, -3, calibration(0.1, descending(19))));
    Calibration expected = calibration(0.1, descending(19)).crossFitted(new CrossFitting(3));
    assertEquals(
        "UNDECIDED from −3.00 to below −1.00: about 19.0 % of good images are expected not to be judged GOOD, or fewer, with confidence 0.9",
        GuardBandText.of(review, -3, expected));
  }

  /**
   * The good parts of a line with a band are above it, and so are those that drift compares with.
   */
  @Test
  void driftComparesWithImagesThatAreJudgedGood() {
    Calibration calibration = calibration(0.1, descending(19));
    assertEquals(17, calibration.goodPartStatistics(1, GuardBand.NONE).size());
    assertEquals(15, calibration.goodPartStatistics(1, new GuardBand(5, 3)).size());
  }
}
