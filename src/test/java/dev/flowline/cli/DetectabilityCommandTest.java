package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectabilityCommandTest {
  @TempDir Path folder;

  private static Path product() throws IOException {
    return SmallLine.data().resolve(SmallLine.PRODUCT);
  }

  private static Invocation of(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "detectability",
                SmallLine.model().toString(),
                "--threads=1",
                "--kinds=spot,missing",
                "--contrasts=0.6",
                "--sizes=2,30",
                "--defects=12"));
    return Invocation.of(Invocation.arguments(arguments, more));
  }

  private static String dataset() throws IOException {
    return "--data=" + SmallLine.data();
  }

  @Test
  void theModelIsMeasuredOnItsGoodTestImages() throws IOException {
    Path report = folder.resolve("report");
    Invocation measured =
        of(
            dataset(),
            "--category=" + SmallLine.PRODUCT,
            "--json",
            "--pixel-pitch=0.5",
            "--sizes=1,15", // in mm
            "--report=" + report);
    assertEquals(0, measured.exitCode(), measured.err());
    assertTrue(measured.err().contains("report: " + report.resolve("detectability.html")));
    assertTrue(measured.err().contains("fewer than the 60"), measured.err());
    JsonNode json = Json.object(measured.out());
    assertEquals(json, Json.object(Files.readString(report.resolve("detectability.json"))));
    assertEquals(2, json.path("curves").size());
    assertEquals(2, json.path("cards").size());
    assertEquals(3, json.at("/falseAlarms/measured/of").asInt());

    Invocation inspected =
        Invocation.of(
            "inspect",
            SmallLine.model().toString(),
            product().resolve("test/good").toString(),
            "--threads=1");
    int alarms = 0;
    for (JsonNode line : Json.lines(inspected.out())) {
      alarms += line.path("verdict").asText().equals("DEFECT") ? 1 : 0;
    }
    assertEquals(alarms, json.at("/falseAlarms/measured/count").asInt());

    List<String> defects = Files.readAllLines(report.resolve("defects.csv"));
    int[] found = new int[2];
    int made = 0;
    for (String row : defects.subList(1, defects.size())) {
      String[] cells = row.split(",");
      if (cells[1].equals("0.6")) {
        double size = Double.parseDouble(cells[3]);
        assertTrue(size >= 2 && size <= 30, row);
        made++;
        found[cells[0].equals("spot") ? 0 : 1] += cells[8].equals("true") ? 1 : 0;
      }
    }
    assertEquals(40, made); // 10 steps of the sizes with 2 each
    assertEquals(found[0], json.at("/curves/0/pod/found").asInt());
    assertEquals(found[1], json.at("/curves/1/pod/found").asInt());
    assertTrue(found[0] + found[1] > 0, "nothing was found");
    assertEquals(6, json.at("/real/defects").asInt());
    ParsedPage page = ParsedPage.of(Files.readString(report.resolve("detectability.html")));
    page.assertHarmless();
    assertTrue(page.shown().contains(" mm"), page.shown());
  }

  /** The same seed makes the same defects; another one others. */
  @Test
  void aStudyCanBeRepeated() throws IOException {
    String good = "--good=" + product().resolve("test/good");
    String first = of(good).out();
    assertEquals(first, of(good).out());
    assertFalse(first.equals(of(good, "--seed=1").out()));
    assertTrue(first.contains("False alarms: at most "), first);
  }

  /** A threshold that no image is below finds nothing: nothing is reached, and no rate is known. */
  @Test
  void nothingFoundIsSaid() throws IOException {
    Invocation none =
        of("--good=" + product().resolve("test/good"), "--json", "--log10-epsilon=-1e9");
    assertEquals(0, none.exitCode(), none.err());
    assertTrue(none.err().contains("the threshold was not calibrated"), none.err());
    JsonNode json = Json.object(none.out());
    assertEquals(0, json.at("/curves/0/pod/found").asInt());
    assertEquals("FIRTH", json.at("/curves/0/pod/method").asText());
    assertTrue(json.at("/curves/0/pod/a9095").isNull());
    assertTrue(json.at("/cards/0").asText().startsWith("Not reached"), none.out());
    assertFalse(json.path("falseAlarms").has("guaranteed"), none.out());
  }

  /** Where a good image alarms at the place as it is, a defect there is not what was found. */
  @Test
  void whatAlarmsWithoutADefectIsNotFound() throws IOException {
    Invocation all =
        of("--good=" + product().resolve("test/good"), "--json", "--log10-epsilon=1e9");
    JsonNode json = Json.object(all.out());
    assertEquals(3, json.at("/falseAlarms/measured/count").asInt());
    assertEquals(0, json.at("/curves/0/pod/found").asInt());
  }

  private static void assertRefused(int exitCode, String words, Invocation refused) {
    assertEquals(exitCode, refused.exitCode(), refused.err());
    List<String> errors =
        refused.err().lines().filter(line -> line.startsWith("flowline")).toList();
    assertEquals(1, errors.size(), refused.err());
    assertTrue(errors.get(0).contains(words), errors.get(0));
    assertEquals("", refused.out());
  }

  @Test
  void whatProvesNothingIsRefused() throws IOException {
    String used = "--good=" + product().resolve("train/good");
    assertRefused(2, "used in training or calibration of the model", of(used));
    String good = "--good=" + product().resolve("test/good");
    assertRefused(2, "one size only", of(good, "--sizes=5"));
    assertRefused(2, "at least two sizes", of(good, "--sizes=5,5"));
    assertRefused(2, "at least 1 pixel", of(good, "--sizes=0.1,5"));
    assertRefused(2, "take smaller sizes", of(good, "--sizes=2,500"));
    assertRefused(2, "contrast must be above 0", of(good, "--contrasts=0"));
    assertRefused(2, "unknown kind 'hole'", of(good, "--kinds=hole"));
    assertRefused(2, "--pixel-pitch must be above 0", of(good, "--pixel-pitch=0"));
    assertRefused(2, "MODEL takes --good", of());
    assertRefused(2, "--layout takes --data", of(good, "--layout=mvtec"));
    assertRefused(1, "does not exist", of("--good=" + folder.resolve("none")));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused(1, "no image in", of("--good=" + empty));
    Path data = folder.resolve("data/part");
    for (String image : List.of("train/good/000.png", "test/scratch/000.png")) {
      Files.createDirectories(data.resolve(image).getParent());
      Files.copy(product().resolve(image), data.resolve(image));
    }
    String dataset = "--data=" + folder.resolve("data");
    assertRefused(2, "name some with --good", of(dataset, "--layout=mvtec"));
    assertRefused(
        2, "has no defective test image with a mask", of(dataset, "--layout=mvtec", good));
  }

  @Test
  void optionsWithoutAModelAreRefused() {
    assertRefused(2, "--good takes MODEL", Invocation.of("detectability", "--good=" + folder));
    assertRefused(2, "--data takes MODEL", Invocation.of("detectability", "--data=" + folder));
    assertRefused(2, "--report takes MODEL", Invocation.of("detectability", "--report=" + folder));
  }

  @Test
  void thePlanNeedsNoModel() throws IOException {
    Invocation plan = Invocation.of("detectability");
    assertEquals(0, plan.exitCode(), plan.err());
    assertTrue(plan.out().contains("at least 60 defects per kind and contrast"), plan.out());
    assertTrue(
        plan.out().contains("29 with none missed, 46 with 1 missed, 61 with 2 missed"), plan.out());
    JsonNode json = Json.object(Invocation.of("detectability", "--json").out());
    assertEquals(29, json.at("/atOneSize/rows/0/parts").asInt());
  }
}
