package dev.flowline.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RuleAlarmsTest {
  /** Of 60 images that many at −1.5, the others at 3. */
  private static RuleAlarms alarms(int count, double estimatedFrom) {
    double[] smallest = new double[60];
    Arrays.fill(smallest, 3);
    Arrays.fill(smallest, 60 - count, 60, -1.5);
    return new RuleAlarms(DetectionRule.BY_SIZE, smallest, estimatedFrom);
  }

  @Test
  void anImageAlarmsBelowTheThresholdAndNotAtIt() {
    RuleAlarms rule = alarms(6, Double.POSITIVE_INFINITY);
    assertEquals(0, rule.alarms(-1.5));
    assertEquals(6, rule.alarms(-1.4));
    assertEquals(0.1, rule.share(3));
    assertEquals(60, rule.alarms(3.1));
    assertEquals(-1.5, rule.minLog10Nfa()[0], "ascending");
  }

  @Test
  void noMoreThanEveryImageIsPromised() {
    assertEquals(0.01, RuleAlarms.bound(-2), 1e-15);
    assertEquals(1, RuleAlarms.bound(0.5));
  }

  /** Bin(60, 0.1) is at most 11 in 97.5 % of all draws; measured on 30 images, it may be more. */
  @Test
  void aPromiseIsBrokenByMoreThanChanceExplains() {
    assertTrue(alarms(11, Double.POSITIVE_INFINITY).keepsBound(-1));
    assertFalse(alarms(12, Double.POSITIVE_INFINITY).keepsBound(-1));
    assertTrue(alarms(12, 30).keepsBound(-1));
    assertFalse(alarms(30, 30).keepsBound(-1));
    assertTrue(alarms(60, 30).keepsBound(0), "at ε = 1 all may alarm");
  }
}
