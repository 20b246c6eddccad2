package dev.flowline.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.page.Browser;
import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptancePageTest {
  private static AcceptanceResult result(AttributeStudy study, Map<String, String> facts) {
    return AcceptanceResult.of("the study", facts, study, AcceptancePlan.of(Requested.USUAL));
  }

  /** None missed of 200, and 3 false alarms of 60. */
  private static AttributeStudy line(String appraiser) {
    List<Appraisal> all = new ArrayList<>();
    for (int i = 0; i < 260; i++) {
      boolean good = i < 60;
      Decision decision = good && i >= 3 ? Decision.GOOD : Decision.DEFECT;
      all.add(new Appraisal((good ? "good/" : "dent/") + i, !good, appraiser, 1, decision));
    }
    return AttributeStudy.of(all);
  }

  @Test
  void whatUsersNameIsEscaped() {
    HostileText text = new HostileText();
    List<Appraisal> all = new ArrayList<>();
    for (String appraiser : List.of(text.in("appraiser"), text.in("other"))) {
      all.add(new Appraisal("defect", true, appraiser, 1, Decision.DEFECT));
    }
    String part = text.in("part");
    for (Appraisal each : List.copyOf(all)) {
      all.add(new Appraisal(part, false, each.appraiser(), 1, Decision.DEFECT));
    }
    Map<String, String> facts = Map.of(text.in("name"), text.in("value"));
    AcceptanceResult result =
        AcceptanceResult.of(
            text.in("title"), facts, AttributeStudy.of(all), AcceptancePlan.of(Requested.USUAL));
    text.assertShownBy(new AcceptancePage(result).html());
  }

  @Test
  void thePageSaysWhatIsShownAndWhatIsNot() throws IOException {
    String html = new AcceptancePage(result(line("gear"), Map.of("model", "gear"))).html();
    ParsedPage page = ParsedPage.of(html);
    page.assertHarmless();
    String shown = page.shown();
    assertTrue(
        shown.contains(
            "0 of 200 defective parts missed: this shows a miss rate of at most 1.5 %, and so the requested 2 %."),
        shown);
    assertTrue(
        shown.contains(
            "3 of 60 good parts with a false alarm: this shows a false-alarm rate of at most 12.4 %, not the requested 5 %, which takes 153 parts with no more wrong ones."),
        shown);
    assertTrue(shown.contains("gear is acceptable by AIAG's limits"), shown);
    assertEquals("149", page.row("0").get(1));
    assertEquals(3, page.elements("span", "light").stream().skip(1).count());
    assertFalse(shown.contains("Agreement of the appraisers"), shown);
    assertTrue(
        new AcceptancePage(result(PublishedStudies.aiag(), Map.of()))
            .html()
            .contains("Agreement of the appraisers"));
  }

  @Test
  void theFilesHoldTheSameFigures(@TempDir Path folder) throws IOException {
    AttributeStudy study = PublishedStudies.aiag();
    AcceptanceResult result = result(study, Map.of());
    assertEquals(folder.resolve("acceptance.html"), AcceptanceFolder.write(folder, result, study));
    JsonNode json =
        new ObjectMapper().readTree(Files.readString(folder.resolve("acceptance.json")));
    assertEquals(0.84, json.at("/appraisers/0/effectiveness/rate").asDouble(), 1e-12);
    assertEquals("MARGINAL", json.at("/appraisers/0/lights/effectiveness").asText());
    assertEquals(149, json.at("/plan/defectiveParts/rows/0/parts").asInt());
    List<String> rows = Files.readAllLines(folder.resolve("acceptance.csv"));
    assertEquals("appraiser,measure,count,of,value,low,high,atMost,light", rows.get(0));
    assertEquals(
        json.at("/appraisers/2/missRate/high").asText(),
        rows.stream()
            .filter(row -> row.startsWith("C,miss rate,6,48,0.125,"))
            .map(row -> row.split(",")[6])
            .findFirst()
            .orElseThrow());
    for (String row : rows) {
      assertEquals(9, row.split(",", -1).length, row);
    }
    assertEquals(451, Files.readAllLines(folder.resolve("decisions.csv")).size());
  }

  /** The page stays a report of two pages, however many parts are wrong. */
  @Test
  void ofManyWrongPartsTheFirstAreShown() {
    List<Appraisal> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(new Appraisal("part " + i, i < 20, "m", 1, Decision.GOOD));
    }
    ParsedPage page =
        ParsedPage.of(new AcceptancePage(result(AttributeStudy.of(all), Map.of())).html());
    page.assertHarmless();
    assertTrue(page.shown().contains("2 more stand in decisions.csv"), page.shown());
    assertEquals("m: 1 good", page.row("part 17").get(2));
    assertFalse(page.shown().contains("part 18"));
  }

  /** On A4, of one model with many wrong parts, and of the published study of three appraisers. */
  @Test
  void itPrintsOnTwoSheets(@TempDir Path folder) throws Exception {
    List<Appraisal> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      all.add(new Appraisal("part " + i, i < 200, "m", 1, Decision.GOOD));
    }
    for (AttributeStudy study :
        List.of(line("gear"), AttributeStudy.of(all), PublishedStudies.aiag())) {
      String html = new AcceptancePage(result(study, Map.of("model", "gear"))).html();
      List<double[]> sheets =
          new Browser(folder).printed(Files.writeString(folder.resolve("page.html"), html));
      assertEquals(2, sheets.size());
      for (double[] sheet : sheets) {
        assertEquals(210 / 25.4 * 72, sheet[0], 1);
        assertEquals(297 / 25.4 * 72, sheet[1], 1);
      }
    }
  }

  /** Unknown kappas are null in JSON, empty in CSV and a dash on the page. */
  @Test
  void anUndefinedKappaIsNoNumber() throws IOException {
    List<Appraisal> all = new ArrayList<>();
    for (boolean defective : new boolean[] {true, false}) {
      for (int trial = 1; trial < 3; trial++) {
        all.add(new Appraisal("p" + defective, defective, "m", trial, Decision.GOOD));
      }
    }
    AcceptanceResult result = result(AttributeStudy.of(all), Map.of());
    JsonNode json = new ObjectMapper().readTree(result.json());
    assertTrue(json.at("/appraisers/0/repeatability/kappa").isNull(), json.toString());
    assertEquals(0, json.at("/appraisers/0/kappa").asDouble(-1));
    assertTrue(new AcceptanceTable(result).csv().contains("m,kappa of trials,,,,,,,\r\n"));
    assertTrue(new AcceptanceTable(result).toString().contains("kappa of trials           –"));
  }
}
