package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code bench} measures a real model in this process and a fresh one, and compares the answers.
 */
class BenchCommandTest {
  private static final List<String> SHORT =
      List.of("--seconds=0.1", "--rounds=2", "--threads=1", "--workers=2", "--batch=2");

  @TempDir private Path folder;

  /** Runs {@code bench} shortly; further arguments take the place of the usual ones. */
  private static Invocation bench(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("bench", SmallLine.model().toString()));
    arguments.addAll(SHORT);
    return Invocation.of(Invocation.arguments(arguments, more));
  }

  @Test
  void measuresThisProcessAndAFreshOne() throws IOException {
    Invocation run =
        bench("--engines=libtorch", "--starts=1", "--json", "--images=" + SmallLine.data());
    assertEquals(0, run.exitCode(), run.err());
    JsonNode answer = Json.object(run.out());
    assertEquals(1, answer.path("format").asInt());
    assertEquals("images", answer.at("/images/source").asText());
    assertEquals(3, answer.path("rows").size());
    JsonNode total = answer.at("/rows/0/stages/total");
    assertTrue(total.path("n").asInt() >= 2, total.toString());
    assertTrue(total.path("p50").asDouble() <= total.path("max").asDouble(), total.toString());
    assertFalse(total.has("p999"), total.toString());
    assertEquals(64, answer.at("/model/digest").asText().length());
    assertEquals(0, answer.path("notThere").size(), answer.path("notThere").toString());
    assertEquals(2, answer.path("starts").size());
    for (JsonNode start : answer.path("starts")) {
      double first = start.path("firstMillis").asDouble();
      assertTrue(first > 0 && first < start.path("toFirstVerdictMillis").asDouble());
      assertTrue(start.path("peakMib").asDouble() > 50, start.toString()); // LibTorch alone
    }
    assertEquals(2, answer.at("/starts/1/setting/workers").asInt());
  }

  @Test
  void comparesWhatItPrinted() throws IOException {
    Path first = folder.resolve("a.json");
    Path second = folder.resolve("b.json");
    Invocation run = bench("--starts=0", "--json");
    assertEquals(0, run.exitCode(), run.err());
    Files.writeString(first, run.out());
    Files.writeString(second, run.out());
    Invocation same = Invocation.of("bench", "--compare", first.toString(), second.toString());
    assertEquals(0, same.exitCode(), same.err());
    assertTrue(same.out().contains("libtorch, 2 workers of 1 thread"), same.out());
    assertTrue(same.out().contains("onnxruntime, 1 thread"), same.out());
    assertFalse(same.out().matches("(?s).*\\breal\\n.*"), same.out());
    JsonNode json =
        Json.object(
            Invocation.of("bench", "--compare", first.toString(), second.toString(), "--json")
                .out());
    json.path("differences")
        .forEach(difference -> assertEquals(1, difference.at("/interval/ratio").asDouble(), 1e-9));
    assertEquals("ROUNDS", json.path("compared").asText());
  }

  @Test
  void printsTables() throws IOException {
    Invocation run = bench("--starts=0", "--engines=libtorch,onnxruntime");
    assertEquals(0, run.exitCode(), run.err());
    for (String part :
        new String[] {
          "model    u-flow, patch-pca at 64 x 64",
          "images   4 patterns",
          "extractor",
          "flow",
          "segmentation",
          "images/s",
          "onnxruntime, 1 thread, batch 2"
        }) {
      assertTrue(run.out().contains(part), run.out());
    }
    boolean busy = run.out().contains(": too busy");
    assertEquals(busy, run.err().contains("too busy to measure"), run.err());
  }

  @Test
  void refusesAnotherMachine() throws IOException {
    Path first = folder.resolve("a.json");
    Path second = folder.resolve("b.json");
    Invocation run = bench("--starts=0", "--engines=libtorch", "--json");
    Files.writeString(first, run.out());
    Files.writeString(
        second, run.out().replaceFirst("\"memoryGib\" : \\d+", "\"memoryGib\" : 4096"));
    Invocation refused = Invocation.of("bench", "--compare", first.toString(), second.toString());
    assertEquals(2, refused.exitCode(), refused.out());
    assertTrue(refused.err().contains("the machine differs"), refused.err());
    assertEquals(1, refused.err().lines().count(), refused.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rounds=1|rounds must be at least 2",
        "--seconds=0|seconds must be more than 0",
        "--seconds=x|'x' is not a double",
        "--workers=0|is not a whole number of at least 1",
        "--batch=0|is not a whole number of at least 1",
        "--engines=tensorrt|'tensorrt' is no engine",
        "--images=nowhere|nowhere",
        "--compare=a.json|requires at least 2 values"
      })
  void badInputIsOneLine(String argument, String message) throws IOException {
    Invocation run = bench(argument);
    assertTrue(run.exitCode() == 1 || run.exitCode() == 2, run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals("", run.out());
  }

  @Test
  void aModelBesideComparisonIsRefused() throws IOException {
    Invocation run = bench("--compare", "a.json", "b.json");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("no MODEL"), run.err());
  }
}
