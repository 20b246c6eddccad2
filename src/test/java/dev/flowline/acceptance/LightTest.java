package dev.flowline.acceptance;

import static dev.flowline.acceptance.Light.ACCEPTABLE;
import static dev.flowline.acceptance.Light.MARGINAL;
import static dev.flowline.acceptance.Light.UNACCEPTABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LightTest {
  /** The limits belong to the better light, also as quotients of counts. */
  @Test
  void theLimitsAreThoseOfAiag() {
    assertEquals(
        List.of(ACCEPTABLE, MARGINAL, MARGINAL, UNACCEPTABLE),
        List.of(
            Light.ofEffectiveness(45 / 50.0),
            Light.ofEffectiveness(44 / 50.0),
            Light.ofEffectiveness(40 / 50.0),
            Light.ofEffectiveness(39 / 50.0)));
    assertEquals(
        List.of(ACCEPTABLE, MARGINAL, MARGINAL, UNACCEPTABLE),
        List.of(
            Light.ofMissRate(3 / 150.0),
            Light.ofMissRate(4 / 150.0),
            Light.ofMissRate(3 / 60.0),
            Light.ofMissRate(4 / 60.0)));
    assertEquals(
        List.of(ACCEPTABLE, MARGINAL, MARGINAL, UNACCEPTABLE),
        List.of(
            Light.ofFalseAlarmRate(3 / 60.0),
            Light.ofFalseAlarmRate(4 / 60.0),
            Light.ofFalseAlarmRate(6 / 60.0),
            Light.ofFalseAlarmRate(7 / 60.0)));
  }

  @Test
  void theWorstCounts() {
    assertEquals(
        UNACCEPTABLE, new AppraiserResult.Lights(MARGINAL, ACCEPTABLE, UNACCEPTABLE).worst());
    assertEquals(MARGINAL, new AppraiserResult.Lights(ACCEPTABLE, MARGINAL, ACCEPTABLE).worst());
    assertEquals(
        ACCEPTABLE, new AppraiserResult.Lights(ACCEPTABLE, ACCEPTABLE, ACCEPTABLE).worst());
  }
}
