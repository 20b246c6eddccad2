package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FalseAlarmTextTest {
  private static Calibration calibration(int images, FalseAlarmRate requested) {
    List<CalibrationImage> all = new ArrayList<>();
    for (int i = 1; i <= images; i++) {
      all.add(new CalibrationImage(-i, null));
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
        "1 good image held out for it: at most 50 % of good images raise a false alarm;"
            + " the requested 5 % takes 19 of them, 18 more",
        FalseAlarmText.of(calibration(1, new FalseAlarmRate(0.05, null))));
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
