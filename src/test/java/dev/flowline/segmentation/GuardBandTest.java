package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.internal.LibFlowline;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GuardBandTest {
  /** There is one rule of verdict: what Java says of numbers is what libflowline decides. */
  @Test
  void saysWhatLibflowlineDecides() {
    Random random = new Random(20261130);
    int[] seen = new int[4];
    for (int round = 0; round < 5000; round++) {
      float value = random.nextInt(40) / 4f - 8;
      double log10Epsilon = random.nextInt(40) / 4f - 8;
      GuardBand band = new GuardBand(random.nextInt(8) / 4.0, random.nextInt(8) / 4.0);
      int verdict =
          LibFlowline.flowline_decide_guarded(value, log10Epsilon, band.below(), band.above());
      seen[verdict]++;
      assertEquals(verdict == LibFlowline.FLOWLINE_DEFECT, value < band.defectBelow(log10Epsilon));
      assertEquals(verdict == LibFlowline.FLOWLINE_GOOD, value >= band.goodFrom(log10Epsilon));
      assertEquals(
          verdict == LibFlowline.FLOWLINE_UNDECIDED, band.leavesUndecided(value, log10Epsilon));
    }
    for (int verdict = LibFlowline.FLOWLINE_GOOD; verdict < 4; verdict++) {
      assertTrue(seen[verdict] > 300, verdict + ": " + seen[verdict]);
    }
  }

  @Test
  void theBandWithoutWidthLeavesNothingUndecided() {
    assertTrue(GuardBand.NONE.isNone());
    assertTrue(!new GuardBand(0, 1e-9).isNone() && !new GuardBand(1e-9, 0).isNone());
    assertTrue(!GuardBand.NONE.leavesUndecided(-2, -2));
  }

  @Test
  void refusesWhatIsNoDistance() {
    for (double wrong : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new GuardBand(wrong, 0));
      assertThrows(IllegalArgumentException.class, () -> new GuardBand(0, wrong));
    }
  }
}
