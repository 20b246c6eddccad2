package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"--epochs=0, epochs must be at least 1", "--epochs=many, 'many'", "--seed=x, 'x'"})
  void badNumbersAreUsageErrorsBeforeAnythingIsMade(String option, String explanation) {
    Path output = folder.resolve("demo");
    Invocation demo = Invocation.of("demo", "--output=" + output, option);
    assertEquals(2, demo.exitCode());
    assertEquals("", demo.out());
    assertEquals(1, demo.err().strip().lines().count(), demo.err());
    assertTrue(demo.err().contains(explanation), demo.err());
    assertFalse(Files.exists(output));
  }
}
