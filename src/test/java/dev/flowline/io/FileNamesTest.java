package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FileNamesTest {
  @Test
  void namesFiveInOneLineThatSteersNoTerminal() {
    assertEquals("a, b", FileNames.of(List.of("a", "b")));
    assertEquals("1, 2, 3, 4, 5 and 2 more", FileNames.of(List.of(1, 2, 3, 4, 5, 6, 7)));
    assertEquals("a?b, c?d, e?f", FileNames.of(List.of("a\nb", "c\u2028d", "e\u202ef")));
  }
}
