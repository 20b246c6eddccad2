package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OperatingPointTest {
  private static final FalseAlarmRate REQUESTED = new FalseAlarmRate(0.1, null);

  /** −1, −2, … −19: the smallest of 19 images guarantees 5 %, the two smallest 10 %. */
  private static Calibration calibration() {
    List<CalibrationImage> images =
        IntStream.rangeClosed(1, 19).mapToObj(i -> new CalibrationImage(-i, null, null)).toList();
    return Calibration.of(images, REQUESTED);
  }

  private static ImageOutcome outcome(String type, double smallest) {
    return outcome(type, smallest, smallest);
  }

  private static ImageOutcome outcome(String type, double smallest, double onDefect) {
    ImageOutcome.Detection detection =
        type.equals(Sample.GOOD)
            ? smallest < -18 ? ImageOutcome.Detection.FALSE_ALARM : ImageOutcome.Detection.CLEAR
            : smallest >= -18
                ? ImageOutcome.Detection.MISSED
                : onDefect < -18
                    ? ImageOutcome.Detection.FOUND
                    : ImageOutcome.Detection.ALARMED_ELSEWHERE;
    return new ImageOutcome(type, type, null, detection, 0, 0, 0, smallest, onDefect, null, null);
  }

  /** Good images at −0.5, −1.5, …, −19.5; defects at −10.25, −15.25, −18.25, −30. */
  private static List<ImageOutcome> outcomes() {
    List<ImageOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      outcomes.add(outcome(Sample.GOOD, -0.5 - i));
    }
    for (double smallest : new double[] {-10.25, -15.25, -18.25, -30}) {
      outcomes.add(outcome("scratch", smallest));
    }
    return outcomes;
  }

  @Test
  void guaranteedRateStandsBesideTheMeasuredOne() {
    OperatingPoint point = OperatingPoint.of(calibration(), outcomes());
    assertEquals(0.1, point.guaranteed(), 1e-12);
    assertEquals(19, point.calibrationImages());
    assertEquals(-18, point.log10Epsilon()); // the second smallest
    assertEquals(2, point.falseAlarmImages()); // −18.5 and −19.5
    assertEquals(0.1, point.measured(), 1e-12);
    assertTrue(point.interval().contains(0.1));
    assertEquals(2, point.defectImagesFound());
    assertEquals(0.5, point.found());
    // Two of twenty good images are below −17.5: three quarters of a way to nothing, and 2 defects.
    assertEquals(0.5, point.foundByRoc(), 1e-12);
  }

  /** At every threshold a defect is found by what lies on it, and elsewhere by what does not. */
  @Test
  void anAlarmElsewhereIsNotFound() {
    List<ImageOutcome> outcomes = new ArrayList<>(outcomes());
    outcomes.add(outcome("scratch", -40, -10));
    outcomes.add(outcome("scratch", -40, -18.5));
    OperatingPoint point = OperatingPoint.of(calibration(), outcomes);
    assertEquals(3, point.defectImagesFound());
    assertEquals(1, point.defectImagesAlarmedElsewhere());
    assertEquals(0.5, point.found());
    OperatingPoint stricter = OperatingPoint.all(calibration(), outcomes).get(0);
    assertEquals(-19, stricter.log10Epsilon());
    assertEquals(1, stricter.defectImagesFound());
    assertEquals(2, stricter.defectImagesAlarmedElsewhere());
  }

  @Test
  void jsonHasTheKeysOfOlderVersions() {
    JsonNode json = new ObjectMapper().valueToTree(OperatingPoint.of(calibration(), outcomes()));
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    assertEquals(
        List.of(
            "asked",
            "promised",
            "calibrationImages",
            "log10Epsilon",
            "falseAlarmImages",
            "measured",
            "interval",
            "defectImagesFound",
            "defectImagesAlarmedElsewhere",
            "found",
            "foundByRoc"),
        keys);
  }

  @Test
  void onlyRatesThatCanBeGuaranteed() {
    List<OperatingPoint> all = OperatingPoint.all(calibration(), outcomes());
    assertEquals(
        List.of(0.05, 0.1, 0.2), all.stream().map(point -> point.requested().rate()).toList());
    assertEquals(-19, all.get(0).log10Epsilon());
    assertEquals(1, all.get(0).falseAlarmImages());
  }

  @Test
  void theModelsOwnIsShownFirstAndOnce() {
    OperatingPoint own = OperatingPoint.of(calibration(), outcomes());
    List<OperatingPoint> usual = OperatingPoint.all(calibration(), outcomes());
    assertEquals(
        List.of("10.0 %: this model", "5.0 %", "20.0 %"),
        OperatingPointTable.rows(own, usual).stream().map(row -> row.get(0)).toList());
    assertEquals(3, OperatingPointTable.rows(null, usual).size());
  }

  @Test
  void theRocCurveIsStraightBetweenItsPoints() {
    List<ImageOutcome> few = new ArrayList<>();
    few.add(outcome(Sample.GOOD, -5));
    few.add(outcome(Sample.GOOD, -1));
    few.add(outcome("scratch", -6));
    few.add(outcome("scratch", -3));
    // No false alarm: one of two found; one of two: both. A tenth is a fifth of the way.
    assertEquals(0.6, OperatingPoint.of(calibration(), few).foundByRoc(), 1e-12);
  }
}
