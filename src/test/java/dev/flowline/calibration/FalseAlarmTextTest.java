package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FalseAlarmTextTest {
  private static Calibration calibration(int images, FalseAlarmRate requested) {
    List<CalibrationImage> all = new ArrayList<>();
    for (int i = 1; i <= images; i++) {
      all.add(new CalibrationImage(-i, null, null));
    }
    return Calibration.of(all, requested);
  }

  @Test
  void saysWhatIsGuaranteed() {
    assertEquals(
        "39 good images held out for it: at most 5 % of good images raise a false alarm",
        FalseAlarmText.of(calibration(39, new FalseAlarmRate(0.05, null))));
  }

  @Test
  void saysHowManyImagesAreMissing() {
    assertEquals(
        "1 good image held out for it: at most 50 % of good images raise a false alarm,"
            + " not the requested 5 %, which takes 19 images",
        FalseAlarmText.of(calibration(1, new FalseAlarmRate(0.05, null))));
  }

  /** A cross-fitted threshold states what is expected, and never "at most". */
  @Test
  void aCrossFittedRateIsExpectedAndNotGuaranteed() {
    Calibration crossFitted =
        calibration(39, new FalseAlarmRate(0.05, null)).crossFitted(new CrossFitting(5));
    assertEquals(
        "39 good images, each judged by a model that had not seen it (5 folds): about 5 % of good"
            + " images are expected to raise a false alarm",
        FalseAlarmText.of(crossFitted));
    Calibration few =
        calibration(9, new FalseAlarmRate(0.05, null)).crossFitted(new CrossFitting(5));
    String warning = FalseAlarmText.warning(few, "add good images").orElseThrow();
    assertTrue(warning.contains("a false-alarm rate of 10 % can be expected, not"), warning);
    assertEquals("≈ 5.0 %", FalseAlarmText.bound(0.05, false));
    assertEquals("≤ 5.0 %", FalseAlarmText.bound(0.05, true));
  }

  @Test
  void warnsOfTooFewImages() {
    FalseAlarmRate requested = new FalseAlarmRate(0.05, null);
    assertEquals(
        "only 7 good images to set the threshold: a false-alarm rate of 12.5 % can be guaranteed,"
            + " not the requested 5 %. That takes 19; add good images",
        FalseAlarmText.warning(calibration(7, requested), "add good images").orElseThrow());
    assertTrue(FalseAlarmText.warning(calibration(19, requested), "add").isEmpty());
  }

  /** A threshold that only a model of other parts can have is no promise. */
  @Test
  void aThresholdOutOfAllProportionGuaranteesNothing() {
    Calibration absurd =
        Calibration.of(
            Collections.nCopies(19, new CalibrationImage(-343_920_576, null, null)),
            new FalseAlarmRate(0.05, null));
    assertFalse(FalseAlarmText.of(absurd).contains("at most"), FalseAlarmText.of(absurd));
    String warning = FalseAlarmText.warning(absurd, "add good images").orElseThrow();
    assertTrue(warning.contains("will find almost no defect"), warning);
  }

  @Test
  void smallRatesAndHighConfidencesKeepTheirDigits() {
    assertEquals(
        "at most 0.0123 % of good images raise a false alarm, with confidence 0.999",
        FalseAlarmText.guarantee(0.000123, 0.999));
    assertEquals(
        "2.0 %, confidence 0.999", FalseAlarmText.requested(new FalseAlarmRate(0.02, 0.999)));
    assertEquals("2.0 %", FalseAlarmText.requested(new FalseAlarmRate(0.02, null)));
  }

  @Test
  void anIntervalThatIsUnknownIsADash() {
    assertEquals("–", FalseAlarmText.interval(null));
    assertEquals("0.0 % to 16.8 %", FalseAlarmText.interval(BinomialInterval.of(0, 20)));
  }
}
