package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemorySharesTest {
  @Test
  void eachImageGetsTheSame() {
    MemoryShares shares = new MemoryShares(1000, 20);
    assertEquals(50, shares.of(1));
    assertEquals(350, shares.of(7));
    assertEquals(0, shares.of(0));
    assertEquals(1000, shares.of(20));
  }

  @Test
  void thePartsAreNotMoreThanTheWhole() {
    MemoryShares shares = new MemoryShares(1003, 17);
    long all = shares.of(5) + shares.of(9) + shares.of(3);
    assertTrue(all <= 1003 && all > 1003 - 3, all + " bytes");
  }

  @Test
  void whatIsTakenIsNotSharedAgain() {
    assertEquals(150, MemoryShares.left(1000, 400, 8).of(2));
    assertEquals(0, MemoryShares.left(1000, 1200, 8).of(2));
  }

  @Test
  void noImagesTakeNothing() {
    assertEquals(0, new MemoryShares(1000, 0).of(0));
  }

  @Test
  void whatIsNegativeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new MemoryShares(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> new MemoryShares(1, -1));
  }
}
