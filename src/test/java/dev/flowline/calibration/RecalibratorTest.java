package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.*;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RecalibratorTest {
  @Test
  void knowsTheImagesOfALawByOldAndNewDigests() {
    String digest = "0123456789abcdef0123456789abcdef";
    assertTrue(Recalibrator.isAmong(Set.of("0123456789abcdef"), digest));
    assertTrue(Recalibrator.isAmong(Set.of(digest), digest));
    assertFalse(Recalibrator.isAmong(Set.of("0123456789abcdee", digest + "0"), digest));
  }
}
