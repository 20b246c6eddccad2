package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static FalseAlarmRate rate(double rate) {
    return new FalseAlarmRate(rate, null);
  }

  /** −19, −18, … −1, shuffled. */
  private static List<CalibrationImage> images() {
    List<CalibrationImage> images =
        new ArrayList<>(
            IntStream.rangeClosed(1, 19)
                .mapToObj(i -> new CalibrationImage(-i, List.of(i + 0.5), null))
                .toList());
    Collections.shuffle(images, new Random(4));
    return images;
  }

  @Test
  void theThresholdIsTheImageOfItsRank() {
    Calibration calibration = Calibration.of(images(), rate(0.1));
    assertEquals(2, calibration.rank());
    assertEquals(-18, calibration.log10Epsilon());
    assertEquals(0.1, calibration.guaranteed(), 1e-12);
    assertEquals(-16, calibration.at(rate(0.2)).log10Epsilon());
    assertFalse(calibration.guarantees(rate(0.04)));
    assertThrows(IllegalArgumentException.class, () -> calibration.at(rate(0.04)));
    Calibration few = Calibration.of(images(), rate(0.01));
    assertEquals(-19, few.log10Epsilon());
    assertEquals(0.05, few.guaranteed(), 1e-12);
    assertEquals(80, few.imagesMissing());
  }

  @Test
  void jsonKeepsItAll() throws IOException {
    Calibration calibration = Calibration.of(images(), new FalseAlarmRate(0.2, 0.9));
    String json = JSON.writeValueAsString(calibration);
    assertEquals(calibration, JSON.readValue(json, Calibration.class));
  }

  @Test
  void jsonHasTheKeysOfModelFiles() throws IOException {
    List<CalibrationImage> images =
        List.of(new CalibrationImage(-2, List.of(0.5), null), new CalibrationImage(-3, null, null));
    assertEquals(
        "{\"goodImages\":2,\"images\":["
            + "{\"smallestLog10Nfa\":-3.0,\"latentStatistics\":null},"
            + "{\"smallestLog10Nfa\":-2.0,\"latentStatistics\":[0.5]}],"
            + "\"asked\":{\"rate\":0.4,\"confidence\":null},\"promised\":0.3333333333333333}",
        JSON.writeValueAsString(Calibration.of(images, rate(0.4))));
  }

  /** Old files have the smallest value of all images and the number of images. */
  @Test
  void oldFilesGuaranteeTheRateOfTheirSmallestValue() throws IOException {
    String text = "{\"goodImages\": 32, \"smallestLog10Nfa\": -7.5}";
    Calibration before = JSON.readValue(text, Calibration.class);
    assertEquals(32, before.goodImages());
    assertEquals(-7.5, before.log10Epsilon());
    assertEquals(1 / 33.0, before.guaranteed(), 1e-12);
    assertEquals(0, before.imagesMissing());
    assertTrue(before.guarantees(rate(0.05)), "1 of 33 is no more");
    assertFalse(before.guarantees(rate(0.1)), "the third smallest is not known");
    assertFalse(before.knowsPValues(), "nor how many are smaller");
    assertThrows(IllegalStateException.class, () -> before.pValue(-8));
    assertEquals(before, JSON.readValue(JSON.writeValueAsString(before), Calibration.class));

    String unnamed =
        "{\"images\": [{\"smallestLog10Nfa\": -2}, {\"smallestLog10Nfa\": -3}],"
            + " \"asked\": {\"rate\": 0.4, \"confidence\": null}, \"falseAlarmRate\": 0.3333}";
    Calibration third = JSON.readValue(unnamed, Calibration.class);
    assertEquals(2, third.goodImages());
    assertEquals(-3, third.log10Epsilon());
    assertEquals(0.3333, third.guaranteed());
  }
}
