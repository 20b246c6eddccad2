package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.cli.doctor.Diagnosis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers are written the same everywhere: logs and scripts read them. */
class LocaleTest {
  private final Locale usual = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    Locale.setDefault(usual);
  }

  @Test
  void infoSaysTheSame() throws IOException {
    String model = SmallLine.model().toString();
    Locale.setDefault(Locale.ROOT);
    String expected = Invocation.of("info", model).out();
    assertTrue(expected.matches("(?s).*trainable parameters +\\d+,\\d{3}.*"), expected);
    Locale.setDefault(Locale.GERMANY);
    assertEquals(expected, Invocation.of("info", model).out());
  }

  @Test
  void trainingWritesPoints() throws IOException {
    Locale.setDefault(Locale.GERMANY);
    Invocation train = SmallLine.train(folder.resolve("a.flowline"));
    assertEquals(0, train.exitCode(), train.err());
    String numbers = train.out() + train.err();
    assertTrue(numbers.matches("(?s).*NLL -?\\d+\\.\\d{4}.*"), numbers);
    assertTrue(numbers.matches("(?s).*log10Epsilon -?\\d+\\.\\d{2}.*"), numbers);
    assertTrue(!numbers.matches("(?s).*\\d,\\d.*"), numbers);
  }

  @Test
  void doctorWritesPoints() {
    Locale.setDefault(Locale.GERMANY);
    String findings = Diagnosis.ofThisMachine("test", null).findings().toString();
    assertTrue(findings.matches("(?s).*\\d\\.\\d GiB.*"), findings);
  }
}
