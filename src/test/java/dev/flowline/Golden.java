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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    return files(prefix)
        .map(f -> DynamicTest.dynamicTest(caseName(f), () -> check.verify(read(f))));
  }

  /** As {@link #cases(String, Check)}, of the cases that the predicate chooses. */
  public static Stream<DynamicTest> cases(String prefix, Predicate<Golden> chosen, Check check)
      throws IOException {
    List<Golden> cases = new ArrayList<>();
    for (Path file : files(prefix).toList()) {
      cases.add(read(file));
    }
    return cases.stream()
        .filter(chosen)
        .map(g -> DynamicTest.dynamicTest(g.name(), () -> check.verify(g)));
  }

  private static Stream<Path> files(String prefix) throws IOException {
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
    return files.stream();
  }

  private static String caseName(Path json) {
    return json.getFileName().toString().replaceAll("\\.json$", "");
  }

  /** The case of a description, {@code NAME.json}, whose tensors lie beside it. */
  public static Golden read(Path json) throws IOException {
    Path tensors = json.resolveSibling(caseName(json) + ".safetensors");
    return new Golden(
        caseName(json), new ObjectMapper().readTree(json.toFile()), Safetensors.read(tensors));
  }

  public boolean has(String name) {
    return file.tensors().containsKey(name);
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

  /**
   * The name of the extractor of a case h_*, as its configuration or the call that it names has it.
   */
  public String backbone() {
    JsonNode named = json.at("/config/backbone");
    if (named.isTextual()) {
      return named.asText();
    }
    Matcher call = Pattern.compile("UFlow\\(.*?\"(\\w+)\"").matcher(json.path("code").asText());
    assertTrue(call.find(), "no extractor in " + json.path("code"));
    return call.group(1);
  }

  /**
   * How far a score may be off that was interpolated in float32: its weights are rounded, so a
   * pixel is off by a share of the largest value nearby, however small it is itself.
   *
   * @param scores (height, width), row-major
   * @param rows of the smallest map that was stretched to this size
   * @param columns likewise
   * @return by pixel, in the scores' unit
   */
  public static double[] interpolationError(
      double[] scores, int height, int width, int rows, int columns) {
    int down = (height + rows - 1) / rows + 1; // as far as a map pixel is seen
    int right = (width + columns - 1) / columns + 1;
    double share = 12 * 0x1p-24 * (Math.max(rows, height) + Math.max(columns, width));
    double[] error = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      double largest = 0;
      for (int y = i / width - down; y <= i / width + down; y++) {
        for (int x = i % width - right; x <= i % width + right; x++) {
          if (y >= 0 && y < height && x >= 0 && x < width) {
            largest = Math.max(largest, Math.abs(scores[y * width + x]));
          }
        }
      }
      error[i] = share * largest;
    }
    return error;
  }

  public static double absMax(StoredTensor tensor) {
    double max = 0;
    for (int i = 0; i < tensor.elements(); i++) {
      max = Math.max(max, Math.abs(tensor.get(i)));
    }
    return max;
  }
}
