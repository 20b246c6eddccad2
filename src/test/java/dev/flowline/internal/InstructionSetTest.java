package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InstructionSetTest {
  @Test
  void namesAreReadInAnyCase() {
    assertEquals(InstructionSet.AVX2, InstructionSet.of("avx2"));
    assertEquals(InstructionSet.AVX512, InstructionSet.of(" AVX512 "));
    assertEquals(InstructionSet.BEST, InstructionSet.of(null));
    assertEquals(InstructionSet.BEST, InstructionSet.of(""));
  }

  /** The numbers are those of flowline.h: 0 to 4. */
  @Test
  void codesAreTheHeaders() {
    assertEquals(0, InstructionSet.BEST.code());
    assertEquals(1, InstructionSet.BASELINE.code());
    assertEquals(2, InstructionSet.AVX2.code());
    assertEquals(3, InstructionSet.AVX512.code());
    assertEquals(4, InstructionSet.NEON.code());
  }

  @Test
  void anotherNameIsRefusedWithThoseThereAre() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> InstructionSet.of("sse9"));
    assertTrue(
        refused.getMessage().startsWith("FLOWLINE_INSTRUCTION_SET must be one of best, baseline,"),
        refused.getMessage());
  }
}
