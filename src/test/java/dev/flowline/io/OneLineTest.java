package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        '\n', '\r', '\t', 0, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x200d, 0x200e, 0x2028, 0x2029, 0x202e,
        0xfeff, 0xe0001
      })
  void whatBreaksALineOrSteersATerminalIsAQuestionMark(int character) {
    String text = "a" + Character.toString(character) + "b";
    assertFalse(OneLine.fits(text));
    assertEquals("a?b", OneLine.of(text));
    assertEquals("dtype a?b", "dtype " + ReadBudget.quoted(text));
  }

  @Test
  void everythingElseStays() {
    String text = "Schräglage №7 – 部品 \ud83d\udd29 'quoted'";
    assertTrue(OneLine.fits(text));
    assertEquals(text, OneLine.of(text));
  }
}
