package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tune} on the demo's line in small pictures: measured, trained and chosen for real. */
class TuneCommandTest {
  private static final String FLOW = "u-flow:steps=2:epochs=2:batch=4:lr=1e-3:label=flow";
  private static final String BROKEN = "u-flow:scale=7:label=broken";

  @TempDir private Path folder;

  private Invocation tune(Path output, String... more) throws IOException {
    List<String> usual =
        List.of(
            "tune",
            "--data=" + SmallLine.data(),
            "--layout=mvtec",
            "--category=" + SmallLine.PRODUCT,
            "--takt=20s",
            "--false-alarm-rate=0.2",
            "--budget=2h",
            "--models=padim," + FLOW,
            "--extractors=patch-pca",
            "--inputs=" + SmallLine.SIZE,
            "--engines=libtorch",
            "--threads=1",
            "--batch=1",
            "--json",
            "--output=" + output);
    return Invocation.of(Invocation.arguments(usual, more));
  }

  @Test
  void theChoiceIsWhatItsCommandMakesAndASecondRunAnswersTheSame() throws IOException {
    Path output = folder.resolve("tuned");
    Invocation first = tune(output, "--models=padim," + FLOW + "," + BROKEN);
    assertEquals(0, first.exitCode(), first.err());
    JsonNode json = Json.object(first.out());
    assertEquals(3, json.path("rows").size());
    assertEquals(json, Json.object(Files.readString(output.resolve("tune.json"))));
    for (int i = 0; i < 2; i++) {
      JsonNode row = json.path("rows").get(i);
      assertTrue(row.at("/latency/p99Millis").asDouble() > 0, row.toString());
      assertTrue(row.at("/latency/inspections").asInt() >= 100, row.toString());
      assertTrue(row.at("/trial/defectImages").asInt() > 0, row.toString());
      assertTrue(Files.isRegularFile(output.resolve(row.at("/trial/report").asText())));
    }
    assertEquals(2, json.at("/rows/1/trial/epochs").asInt());
    String broken = json.at("/rows/2/outside").asText();
    assertTrue(broken.startsWith("failed: ") && broken.contains("scale"), broken);
    assertFirstOfFrontFindsLeast(json);
    assertTrue(Files.readString(output.resolve("tune.html")).contains("<svg"));
    assertTrue(Files.readString(output.resolve("tune.svg")).startsWith("<svg xmlns"));

    Invocation again = tune(output, "--models=padim," + FLOW + "," + BROKEN);
    assertOnlyMeasuredAgain(json, again);
    assertFalse(again.err().contains("rung "), again.err());
    assertEquals(results(json), results(Json.object(again.out())));
    json = Json.object(again.out());

    delete(output.resolve("epochs-2")); // as if it had been killed before
    assertEquals(
        results(json),
        results(Json.object(tune(output, "--models=padim," + FLOW + "," + BROKEN).out())));

    assertFoundByTheCommand(json);
    Invocation other = tune(output, "--takt=0.001ms", "--models=padim," + FLOW + "," + BROKEN);
    assertEquals(1, other.exitCode(), "the latencies are known, and miss this takt by far");
    assertTrue(
        other.err().contains("nothing keeps the takt of 0.0010 ms: the fastest"), other.err());
    assertFalse(other.err().contains("rung "), other.err());
    other = tune(output, "--false-alarm-rate=0.1", "--models=padim," + FLOW + "," + BROKEN);
    assertEquals(2, other.exitCode());
    assertTrue(other.err().contains("falseAlarmRate.rate was 0.2, is 0.1"), other.err());
  }

  /** What is known is kept, but for what a busy machine measured and what failed. */
  private static void assertOnlyMeasuredAgain(JsonNode before, Invocation again) {
    for (JsonNode row : before.path("rows")) {
      JsonNode latency = row.path("latency");
      boolean wanted = latency.path("busy").asBoolean() || latency.has("failure");
      String line = ": " + row.path("label").asText() + " (again: ";
      assertEquals(wanted, again.err().contains(line), again.err());
    }
    assertTrue(again.err().contains("(again: it failed: "), again.err());
  }

  /** Returns what does not depend on time. */
  private static List<List<String>> results(JsonNode json) {
    List<List<String>> results = new ArrayList<>();
    for (JsonNode row : json.path("rows")) {
      results.add(
          Stream.of("/label", "/trial/found", "/trial/nfaImageAuroc", "/trial/epochs", "/outside")
              .map(pointer -> row.at(pointer).asText())
              .toList());
    }
    results.add(List.of(json.at("/choice/label").asText(), json.at("/choice/train").asText()));
    return results;
  }

  private static void assertFirstOfFrontFindsLeast(JsonNode json) {
    double found = -1;
    for (JsonNode label : json.path("front")) {
      for (JsonNode row : json.path("rows")) {
        if (row.path("label").equals(label)) {
          assertTrue(row.at("/trial/found").asDouble() > found, json.toString());
          found = row.at("/trial/found").asDouble();
          assertTrue(row.path("pareto").asBoolean());
        }
      }
    }
    assertTrue(found >= 0, "the front is empty");
  }

  /** The command that is printed makes a model that finds as many as the trial did. */
  private void assertFoundByTheCommand(JsonNode json) throws IOException {
    List<String> words = new ArrayList<>(List.of(json.at("/choice/train").asText().split(" ")));
    Path model = folder.resolve("model.flowline");
    words.set(words.indexOf("tuned.flowline"), model.toString());
    Invocation train = Invocation.of(words.subList(1, words.size()).toArray(String[]::new));
    assertEquals(0, train.exitCode(), train.err());
    Invocation evaluate =
        Invocation.of(
            "evaluate",
            model.toString(),
            "--data=" + SmallLine.data(),
            "--category=" + SmallLine.PRODUCT,
            "--json");
    JsonNode trial = null;
    for (JsonNode row : json.path("rows")) {
      trial = row.path("label").equals(json.at("/choice/label")) ? row.path("trial") : trial;
    }
    assertEquals(
        Math.round(trial.path("found").asDouble() * trial.path("defectImages").asInt()),
        Json.object(evaluate.out()).path("defectImagesFound").asInt());
    String inspect = json.at("/choice/inspect").asText();
    assertTrue(inspect.contains("--engine libtorch --threads 1"), inspect);
  }

  @Test
  void withoutDefectsMadeUpOnesAreFound() throws IOException {
    Path good = Files.createDirectories(folder.resolve("photos/good"));
    Path from = SmallLine.data().resolve(SmallLine.PRODUCT).resolve("train/good");
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, good.resolve(file.getFileName()));
      }
    }
    Path output = folder.resolve("tuned");
    Invocation run =
        Invocation.of(
            "tune",
            "--data=" + folder.resolve("photos"),
            "--takt=20s",
            "--false-alarm-rate=0.02",
            "--budget=2h",
            "--models=padim",
            "--extractors=patch-pca",
            "--inputs=" + SmallLine.SIZE,
            "--engines=libtorch",
            "--threads=1",
            "--batch=1",
            "--output=" + output);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode json = Json.object(Files.readString(output.resolve("tune.json")));
    assertEquals(100, json.path("madeUpDefects").asInt());
    assertEquals(100, json.at("/rows/0/trial/defectImages").asInt());
    assertTrue(run.out().contains("note: the data set has no defects"), run.out());
    assertTrue(run.out().contains("note: 2.0 % false alarms take 49 good images"), run.out());
    assertFalse(json.at("/choice/train").asText().contains("--calibration"), run.out());
    try (Stream<Path> made = Files.list(output.resolve("made-up/masks"))) {
      assertEquals(100, made.count());
    }
  }

  /** A test image that is damaged fails the trial, which names it; once it is whole it is done. */
  @Test
  void aTrialThatFailedIsTriedAgain() throws IOException {
    Path data = copy(SmallLine.data(), folder.resolve("data"));
    List<Path> tested;
    try (Stream<Path> files = Files.walk(data.resolve(SmallLine.PRODUCT).resolve("test"))) {
      tested = files.filter(Files::isRegularFile).sorted().toList();
    }
    Path damaged = tested.get(1); // not among those that latencies are measured with
    byte[] whole = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(whole, whole.length / 2));
    Path output = folder.resolve("tuned");
    Invocation failed = tune(output, "--data=" + data, "--models=padim");
    assertEquals(1, failed.exitCode(), failed.err());
    assertTrue(
        failed.err().contains("failed: steel, padim, patch-pca, 64, seed 0: "), failed.err());
    JsonNode json = Json.object(failed.out());
    String reason = json.at("/rows/0/trial/failure").asText();
    assertTrue(reason.contains(damaged.getFileName().toString()), reason);
    assertTrue(json.path("notes").toString().contains("the next run tries it again"), failed.out());

    Files.write(damaged, whole);
    Invocation again = tune(output, "--data=" + data, "--models=padim");
    assertEquals(0, again.exitCode(), again.err());
    assertTrue(
        again.err().contains("rung 1: padim, patch-pca, 64 (again: it failed: "), again.err());
    assertTrue(Json.object(again.out()).at("/rows/0/trial/found").isNumber(), again.out());
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  @Test
  void whatMissesTheTaktByFarIsNotTrained() throws IOException {
    Path output = folder.resolve("tuned");
    Invocation run = tune(output, "--takt=0.001ms", "--models=padim", "--inputs=64,96");
    assertEquals(1, run.exitCode(), run.err());
    JsonNode json = Json.object(run.out());
    assertFalse(json.has("choice"));
    assertTrue(json.at("/notes/0").asText().startsWith("nothing keeps the takt"), run.out());
    assertTrue(json.at("/rows/0/outside").asText().startsWith("misses the takt by far"));
    assertFalse(json.at("/rows/1").has("latency"), "larger than what misses it: not measured");
    assertFalse(Files.exists(output.resolve("epochs-1")));
  }

  @Test
  void aBudgetThatRunsOutNamesWhatIsLeftOut() throws IOException {
    Path output = folder.resolve("tuned");
    Invocation run = tune(output, "--budget=1s");
    assertEquals(1, run.exitCode(), run.err());
    JsonNode json = Json.object(run.out());
    assertTrue(json.path("notes").toString().contains("the budget of 1 s ran out"), run.out());
    assertTrue(json.path("notes").toString().contains("padim, patch-pca, 64"), run.out());
    String cut = json.at("/rows/0/outside").asText();
    assertTrue(cut.startsWith("the budget ran out after "), cut);
    assertTrue(json.at("/rows/0/latency/cutShort").asBoolean(), run.out());
    assertEquals("the budget ran out", json.at("/rows/1/outside").asText());

    Invocation more = tune(output, "--budget=2h");
    assertEquals(0, more.exitCode(), more.err());
    assertTrue(more.err().contains("an earlier run has taken"), more.err());
    assertTrue(Json.object(more.out()).at("/rows/1/trial/found").isNumber(), more.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--takt=50 | no time with its unit",
        "--budget=-5m | --budget",
        "--budget=0m | no time above 0",
        "--models=u-flow:stepz=2 | stepz",
        "--false-alarm-rate=1.5 | between 0 and 1",
        "--extractors=resnet19 | --extractors: no extractor resnet19; nearest",
        "--extractors=cait-xxs36 | nothing is left to search",
        "--models=u-blow | no model 'u-blow'",
        "--inputs=big | is not H or HxW",
        "--threads=0 | whole number of at least 1",
        "--engines=cuda | is no engine"
      })
  void aBadInputIsOneLine(String argument, String line) throws IOException {
    Invocation run = tune(folder.resolve("tuned"), argument);
    assertEquals(2, run.exitCode(), run.err());
    String last = run.err().lines().filter(text -> text.contains(line)).findFirst().orElse(null);
    assertTrue(last != null, run.err());
    assertFalse(run.err().contains("Exception"), run.err());
  }

  @Test
  void aFolderWithoutImagesIsNamed() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Invocation run =
        Invocation.of("tune", "--data=" + empty, "--takt=50ms", "--output=" + folder.resolve("o"));
    assertEquals(1, run.exitCode(), run.err());
    assertTrue(run.err().contains("no layout of a dataset is recognised in " + empty), run.err());
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
