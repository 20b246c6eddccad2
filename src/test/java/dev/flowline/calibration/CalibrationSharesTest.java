package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.segmentation.NullHypothesis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationSharesTest {
  /** For 0.05 it takes 19 images on average, 59 with a confidence of 0.95; a law takes 10. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # images, null, confidence, has a law; law, threshold
          100, CALIBRATED, ,     true,  50,  50
          101, CALIBRATED, ,     false, 50,  51
          30,  CALIBRATED, ,     true,  11,  19
          29,  CALIBRATED, ,     true,  10,  19
          28,  CALIBRATED, ,     true,  0,   28
          28,  CALIBRATED, ,     false, 10,  18
          20,  CALIBRATED, ,     false, 10,  10
          19,  CALIBRATED, ,     false, 0,   19
          2,   CALIBRATED, ,     true,  0,   2
          100, CALIBRATED, 0.95, true,  41,  59
          60,  CALIBRATED, 0.95, true,  0,   60
          60,  CALIBRATED, 0.95, false, 10,  50
          100, CHI_SQUARE, ,     true,  0,   100
          """)
  void thePromiseComesFirst(
      int images,
      NullHypothesis nullHypothesis,
      Double confidence,
      boolean hasLaw,
      int law,
      int threshold) {
    assertEquals(
        new CalibrationShares(law, threshold),
        CalibrationShares.of(images, nullHypothesis, new FalseAlarmRate(0.05, confidence), hasLaw));
  }
}
