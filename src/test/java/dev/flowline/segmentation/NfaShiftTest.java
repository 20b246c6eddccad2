package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NfaShiftTest {
  /** Nothing crosses the threshold by rounding, and the order stays. */
  @Test
  void takesOneThresholdToAnotherToTheLastBit() {
    Random random = new Random(3);
    for (int round = 0; round < 20000; round++) {
      double from = round % 2 == 0 ? (float) random.nextGaussian() : random.nextGaussian() * 1e-9;
      double to = round % 3 == 0 ? (float) (100 * random.nextGaussian()) : random.nextGaussian();
      NfaShift shift = new NfaShift(from, to);
      float number =
          round % 5 == 0
              ? Math.nextAfter((float) from, random.nextBoolean() ? -9 : 9)
              : (float) (from + random.nextGaussian() * Math.pow(10, random.nextInt(12) - 9));
      float shifted = shift.of(number);
      assertEquals(number < from, shifted < to, number + " from " + from + " to " + to);
      assertEquals(number + (to - from), shifted, 1e-4 * (1 + Math.abs(to)));
      assertTrue(shift.of(Math.nextUp(number)) >= shifted);
    }
  }

  @Test
  void whatWasNotTestedStays() {
    assertEquals(Float.MAX_VALUE, new NfaShift(-1, -3).of(Float.MAX_VALUE));
    assertTrue(new NfaShift(Double.NEGATIVE_INFINITY, -3).of(Float.NEGATIVE_INFINITY) >= -3);
    assertEquals(Float.NEGATIVE_INFINITY, new NfaShift(-2, -3).of(Float.NEGATIVE_INFINITY));
  }

  @Test
  void anInfiniteThresholdLeavesNumbersWhereTheyAre() {
    double infinite = Double.NEGATIVE_INFINITY;
    assertEquals(-2, new NfaShift(infinite, -3).of(-2));
    assertEquals(-3, new NfaShift(infinite, -3).of(-7)); // it is not below the one threshold
    assertEquals(-2, new NfaShift(infinite, infinite).of(-2));
    assertEquals(Float.NEGATIVE_INFINITY, new NfaShift(infinite, infinite).of((float) infinite));
  }
}
