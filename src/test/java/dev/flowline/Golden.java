package dev.flowline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** One golden case: its configuration and its tensors. */
public record Golden(String name, JsonNode json, Safetensors file) {
  /** What a case has to pass. */
  @FunctionalInterface
  public interface Check {
    void verify(Golden golden) throws Exception;
  }

  /**
   * A test for every case whose name starts with the prefix. Where the folder is absent the test is
   * skipped, but never in CI.
   */
  public static Stream<DynamicTest> cases(String prefix, Check check) throws IOException {
    Path folder = Path.of(System.getProperty("golden.dir", "../shared/golden"));
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(Files.isDirectory(folder), "no golden vectors at " + folder);
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(f -> f.getFileName().toString().matches(prefix + ".*\\.json"))
              .sorted()
              .toList();
    }
    assertTrue(!files.isEmpty(), "no golden case " + prefix + "* in " + folder);
    return files.stream()
        .map(f -> DynamicTest.dynamicTest(caseName(f), () -> check.verify(read(f))));
  }

  private static String caseName(Path json) {
    return json.getFileName().toString().replaceAll("\\.json$", "");
  }

  private static Golden read(Path json) throws IOException {
    Path tensors = json.resolveSibling(caseName(json) + ".safetensors");
    return new Golden(
        caseName(json), new ObjectMapper().readTree(json.toFile()), Safetensors.read(tensors));
  }

  public StoredTensor tensor(String name) {
    return file.tensor(name);
  }

  /** The tensors whose name starts with the prefix, without it. */
  public Map<String, StoredTensor> under(String prefix) {
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), tensor);
              }
            });
    return found;
  }

  /** The tensors prefix.0, prefix.1 … in order. */
  public List<StoredTensor> list(String prefix) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> file.tensors().get(prefix + "." + i))
        .takeWhile(t -> t != null)
        .toList();
  }

  /**
   * The first number in the text of a tensor's tolerance, or of the case's where it has but one.
   */
  public double tolerance(String name) {
    return Tolerance.of(toleranceText(name)).number();
  }

  /** The text of a tensor's tolerance, or of the case's where it has but one. */
  public String toleranceText(String name) {
    JsonNode all = json.path("tolerance");
    return (all.isObject() ? all.path(name) : all).asText();
  }

  /** The largest difference that the case allows from a tensor of that tolerance. */
  public double bound(String name, StoredTensor expected) {
    return Tolerance.of(toleranceText(name)).bound(expected);
  }

  public static void assertClose(
      StoredTensor expected, StoredTensor actual, double absolute, String what) {
    assertEquals(expected.elements(), actual.elements(), what);
    double worst = 0;
    for (int i = 0; i < expected.elements(); i++) {
      double difference = Math.abs(expected.get(i) - actual.get(i));
      worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    assertTrue(worst <= absolute, what + " differs by " + worst + ", tolerance " + absolute);
  }

  public static double absMax(StoredTensor tensor) {
    double max = 0;
    for (int i = 0; i < tensor.elements(); i++) {
      max = Math.max(max, Math.abs(tensor.get(i)));
    }
    return max;
  }
}
