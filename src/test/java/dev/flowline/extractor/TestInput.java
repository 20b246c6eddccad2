package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Files beside the project that tests read, and the comparison of tensors. */
final class TestInput {
  private TestInput() {}

  /** A folder named by a system property; without it the test is skipped, but never in CI. */
  static Path folder(String property, String otherwise) {
    Path folder = Path.of(System.getProperty(property, otherwise));
    if (!Files.isDirectory(folder)) {
      assertTrue(
          !"true".equals(System.getenv("CI")) || property.equals("shared.dir"),
          folder + " is absent, and this is CI");
      Assumptions.abort("skipped: " + folder + " is absent (-D" + property + "=DIR)");
    }
    return folder;
  }

  static void assertClose(StoredTensor expected, StoredTensor actual, double tolerance, String of) {
    assertNotNull(expected, of);
    assertArrayEquals(expected.shape(), actual.shape(), of);
    double worst = 0;
    for (int i = 0; i < expected.elements(); i++) {
      double difference = Math.abs(expected.get(i) - actual.get(i));
      worst = difference <= worst ? worst : difference; // NaN stays
    }
    assertTrue(worst <= tolerance, of + " is off by " + worst + ", tolerance " + tolerance);
  }

  static double absoluteMaximum(StoredTensor tensor) {
    double largest = 0;
    for (double value : tensor.toDoubles()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
