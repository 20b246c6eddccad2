package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeSpanTest {
  @ParameterizedTest
  @CsvSource({"50ms, 0.05", "0.2s, 0.2", "30m, 1800", "2h, 7200", "1.5h, 5400", "1s, 1"})
  void aTimeHasItsUnit(String text, double seconds) {
    TimeSpan time = new TimeSpan.Converter().convert(text);
    assertEquals(seconds, time.seconds(), 1e-12);
    assertEquals(1000 * seconds, time.millis(), 1e-9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"50", "-5m", "5 ms", "ms", "", "0ms", "0.0h", "1d", "1e3s", "50MS", "٥ms"})
  void anythingElseIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> new TimeSpan.Converter().convert(text));
  }
}
