package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptanceCommandTest {
  @TempDir Path folder;

  private static Path parts() throws IOException {
    return SmallLine.data().resolve(SmallLine.PRODUCT).resolve("test");
  }

  private static Invocation acceptance(String... more) throws IOException {
    return of(parts(), more);
  }

  private static Invocation of(Path parts, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("acceptance", SmallLine.model().toString(), "--parts=" + parts, "--threads=1"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  /** The verdicts of the study are those of inspect. */
  @Test
  void theModelIsComparedWithTheFoldersOfTheParts() throws IOException {
    Path report = folder.resolve("report");
    Invocation accepted = acceptance("--json", "--report=" + report);
    assertEquals(0, accepted.exitCode(), accepted.err());
    assertTrue(accepted.err().contains("report: " + report.resolve("acceptance.html")));
    JsonNode json = Json.object(accepted.out());
    JsonNode model = json.at("/appraisers/0");
    assertEquals("steel", model.path("appraiser").asText());
    assertEquals(3, model.at("/parts/good").asInt());
    assertEquals(6, model.at("/parts/defective").asInt());
    assertFalse(model.has("repeatability") || json.has("between"), accepted.out());

    Invocation inspected =
        Invocation.of("inspect", SmallLine.model().toString(), parts().toString(), "--threads=1");
    int missed = 0;
    int falseAlarms = 0;
    for (JsonNode line : Json.lines(inspected.out())) {
      boolean good = line.path("partId").asText().startsWith("good");
      String verdict = line.path("verdict").asText();
      missed += !good && verdict.equals("GOOD") ? 1 : 0;
      falseAlarms += good && verdict.equals("DEFECT") ? 1 : 0;
    }
    assertEquals(missed, model.at("/missRate/count").asInt());
    assertEquals(falseAlarms, model.at("/falseAlarmRate/count").asInt());
    assertEquals(missed, model.at("/escapes/wrongParts").asInt());

    assertEquals(json, Json.object(Files.readString(report.resolve("acceptance.json"))));
    ParsedPage page = ParsedPage.of(Files.readString(report.resolve("acceptance.html")));
    page.assertHarmless();
    assertTrue(page.shown().contains("SHA-256 of the model"), page.shown());
    assertEquals(10, Files.readAllLines(report.resolve("decisions.csv")).size());
  }

  /** The decisions of a report under another name: two appraisers who agree always. */
  @Test
  void peopleAreComparedWithTheModel() throws IOException {
    Path report = folder.resolve("report");
    assertEquals(0, acceptance("--report=" + report).exitCode());
    String own = Files.readString(report.resolve("decisions.csv"));
    Path people = Files.writeString(folder.resolve("ann.csv"), own.replace(",steel,", ",Ann,"));
    Invocation both = acceptance("--json", "--labels=" + people);
    JsonNode json = Json.object(both.out());
    assertEquals(2, json.path("appraisers").size());
    assertEquals(9, json.at("/between/sameDecision/count").asInt());
    Invocation alone = Invocation.of("acceptance", "--labels=" + people, "--json");
    assertEquals(0, alone.exitCode(), alone.err());
    JsonNode ann = Json.object(alone.out()).at("/appraisers/0");
    assertEquals(json.at("/appraisers/0/kappa"), ann.path("kappa"));
    Invocation text = Invocation.of("acceptance", "--labels=" + people);
    assertTrue(
        text.out()
            .startsWith("Ann: 3 good parts, 6 defective parts, 9 decisions; intervals at 95 %\n"));
    assertTrue(text.out().contains("to show miss rate ≤ 2 % at 95 %: 149 defective parts"));
  }

  @Test
  void anUndecidedPartIsCountedApart() throws IOException {
    Path report = folder.resolve("report");
    Path black = folder.resolve("parts");
    for (String image : List.of("good/000.png", "scratch/000.png")) {
      Files.createDirectories(black.resolve(image).getParent());
      Files.copy(parts().resolve(image), black.resolve(image));
    }
    Image dark =
        Image.of8(SmallLine.SIZE, SmallLine.SIZE, 3, new byte[3 * SmallLine.SIZE * SmallLine.SIZE]);
    Images.writePng(black.resolve("scratch/black.png"), dark);
    Invocation accepted =
        of(black, "--json", "--unusual-input=NOT_INSPECTED", "--report=" + report);
    assertEquals(0, accepted.exitCode(), accepted.err());
    JsonNode model = Json.object(accepted.out()).at("/appraisers/0");
    assertTrue(model.at("/undecided/count").asInt() >= 1, accepted.out());
    assertTrue(
        Files.readString(report.resolve("decisions.csv"))
            .contains("scratch/black.png,defect,steel,1,undecided"));
  }

  private void assertRefused(int exitCode, String words, Invocation refused) {
    assertEquals(exitCode, refused.exitCode(), refused.err());
    List<String> errors =
        refused.err().lines().filter(line -> line.startsWith("flowline")).toList();
    assertEquals(1, errors.size(), refused.err());
    assertTrue(errors.get(0).contains(words), errors.get(0));
    assertEquals("", refused.out());
  }

  @Test
  void whatProvesNothingIsRefused() throws IOException {
    Path data = SmallLine.data().resolve(SmallLine.PRODUCT);
    assertRefused(1, "it is a dataset with a folder train", of(data));
    Path copied = folder.resolve("parts");
    Files.createDirectories(copied.resolve("good"));
    Files.createDirectories(copied.resolve("dent"));
    Files.copy(data.resolve("train/good/000.png"), copied.resolve("good/1.png"));
    Files.copy(data.resolve("test/dent/000.png"), copied.resolve("dent/1.png"));
    assertRefused(2, "1 image was used in training or calibration of the model", of(copied));
    Files.copy(data.resolve("test/dent/000.png"), copied.resolve("dent/2.png"));
    assertRefused(2, "is a copy of", of(copied));
    assertRefused(1, "no such folder", of(folder.resolve("none")));
  }

  @Test
  void optionsThatDoNotFitAreRefused() throws IOException {
    String model = SmallLine.model().toString();
    assertRefused(2, "MODEL takes --parts DIR", Invocation.of("acceptance", model));
    assertRefused(2, "--parts takes MODEL", Invocation.of("acceptance", "--parts=" + folder));
    assertRefused(2, "--report takes MODEL", Invocation.of("acceptance", "--report=" + folder));
    assertRefused(2, "the miss rate must be", Invocation.of("acceptance", "--largest-miss-rate=0"));
    assertRefused(2, "confidence must be", Invocation.of("acceptance", "--bound-confidence=1"));
    Path broken = Files.writeString(folder.resolve("b.csv"), "part,reference\n");
    assertRefused(1, "b.csv: line 1", Invocation.of("acceptance", "--labels=" + broken));
  }

  @Test
  void thePlanNeedsNoModel() throws IOException {
    Invocation plan = Invocation.of("acceptance");
    assertEquals(0, plan.exitCode(), plan.err());
    assertTrue(
        plan.out().contains("149 defective parts with none missed, or 236 with 1 missed,"),
        plan.out());
    Invocation other =
        Invocation.of(
            "acceptance", "--json", "--largest-false-alarm-rate=0.01", "--bound-confidence=0.9");
    JsonNode json = Json.object(other.out());
    assertEquals(230, json.at("/goodParts/rows/0/parts").asInt());
    assertEquals(0.9, json.at("/requested/confidence").asDouble());
  }
}
