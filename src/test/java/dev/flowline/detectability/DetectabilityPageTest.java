package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.acceptance.Proportion;
import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectabilityPageTest {
  private static final DefectDesign DESIGN =
      new DefectDesign(
          List.of(DefectKind.SCRATCH, DefectKind.STAIN), List.of(0.1, 0.25), 2, 64, 10, 6, 0);
  private static final BufferedImage PART = new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB);

  /** Scratches are found from 8 pixels on, but for one each side; stains never. */
  private static List<DefectTrial> trials(String image) {
    List<DefectTrial> trials = new ArrayList<>();
    for (DefectDesign.PlannedDefect each : DESIGN.defects()) {
      boolean found =
          each.kind() == DefectKind.SCRATCH
              && (each.size() > 8) != (Math.abs(each.size() - 8) < 0.8);
      double place = trials.size() % 10 / 10.0;
      trials.add(
          new DefectTrial(
              each.kind(), each.contrast(), 0.2, each.size(), place, place, image, found));
    }
    return trials;
  }

  private static List<RealTrial> real(String type) {
    List<RealTrial> trials = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      trials.add(
          new RealTrial(type, "r.png", 4 + i, i == 0 ? Double.NaN : i / 100.0, i > 12 || i == 9));
    }
    return trials;
  }

  private static DetectabilityPage page(
      String title, Map<String, String> facts, Double pitch, String image, String type) {
    DetectabilityResult result =
        DetectabilityResult.of(
            title,
            facts,
            pitch,
            new FalseAlarms(0.02, null, new Proportion(1, 50, 0.95), false),
            DESIGN,
            trials(image),
            type == null ? List.of() : real(type));
    DefectExample example = new DefectExample(DefectKind.SCRATCH, PART, PART, 12, 0.2, true);
    return new DetectabilityPage(result, DESIGN.mainContrast(), List.of(example), PART);
  }

  @Test
  void whatUsersNameIsEscaped() {
    HostileText text = new HostileText();
    DetectabilityPage page =
        page(
            text.in("title"),
            Map.of(text.in("name"), text.in("value")),
            null,
            "a",
            text.in("type"));
    text.assertShownBy(page.html());
  }

  @Test
  void thePageSaysWhatIsShownAndWhatIsNot() {
    DetectabilityPage page = page("gear", Map.of(), 0.025, "a.png", "dent");
    ParsedPage parsed = ParsedPage.of(page.html());
    parsed.assertHarmless();
    String shown = parsed.shown();
    Double size = page.result().curves().get(0).pod().a9095();
    String claim =
        "Finds 90 % of scratches of contrast 10 % ≥ "
            + new SizeUnit(0.025).roundedUp(size)
            + " with 95 % confidence, at no more than 2 % false alarms.";
    assertTrue(shown.contains(claim), claim + "\n" + shown);
    assertTrue(
        shown.contains(
            "Not reached: no size up to "
                + new SizeUnit(0.025).text(page.result().curves().get(2).pod().largest())
                + " shows that 90 % of stains of contrast 10 % are found with 95 % confidence (0 of 60 found)."),
        shown);
    assertTrue(shown.contains("1 of 50, 0.1 % to 10.6 %"), shown);
    assertTrue(shown.contains("Real defects: 8 of 20 found"), shown);
    assertEquals(3, parsed.elements("svg", "chart").size());
    assertFalse(page("gear", Map.of(), null, "a", null).html().contains("speak the truth"));
  }

  /** The number stands for what the curve says, summed over the real sizes. */
  @Test
  void theExpectationIsTheSumOfThePods() {
    DetectabilityResult result = page("gear", Map.of(), null, "a", "dent").result();
    PodCurve scratches = result.curves().get(0).pod();
    double sum = 0;
    for (RealTrial trial : real("dent")) {
      sum +=
          1 / (1 + Math.exp(-scratches.intercept() - scratches.slope() * Math.log(trial.size())));
    }
    RealDefects.Expectation expected = result.real().expectations().get(0);
    assertEquals(sum, expected.found(), 1e-9);
    assertEquals(0, expected.beyond());
    assertEquals(13.5, result.real().medianSize());
    assertEquals(0.1, result.real().medianContrast()); // of the 19 that are known
    assertEquals(8, result.real().types().get(0).found());
  }

  @Test
  void theFilesHoldTheSameFigures(@TempDir Path folder) throws IOException {
    DetectabilityPage page = page("gear", Map.of("model", "m"), 0.5, "=1+1.png", "dent");
    Path html = DetectabilityFolder.write(folder, page, trials("=1+1.png"), real("dent"));
    assertEquals(folder.resolve("detectability.html"), html);
    JsonNode json =
        new ObjectMapper().readTree(Files.readString(folder.resolve("detectability.json")));
    assertEquals(4, json.path("curves").size());
    List<String> rows = Files.readAllLines(folder.resolve("detectability.csv"));
    assertEquals(6, rows.size());
    for (String row : rows) {
      assertEquals(15, row.split(",", -1).length, row);
    }
    assertEquals(json.at("/curves/0/pod/a9095").asText(), rows.get(1).split(",")[10], rows.get(1));
    assertTrue(json.at("/curves/2/pod/a9095").isNull());
    assertEquals("", rows.get(3).split(",")[10]);
    List<String> defects = Files.readAllLines(folder.resolve("defects.csv"));
    assertEquals(1 + 240 + 20, defects.size());
    String[] first = defects.get(1).split(",");
    assertEquals(Double.parseDouble(first[3]) / 2, Double.parseDouble(first[4]), 1e-12);
    assertFalse(first[7].startsWith("="), first[7]);
  }

  /** A claim is rounded so that it stays true. */
  @Test
  void sizesAreRoundedUp() {
    assertEquals("0.311 mm", new SizeUnit(0.1).roundedUp(3.1001));
    assertEquals("0.31 mm", new SizeUnit(0.1).text(3.1001));
    assertEquals("124 px", new SizeUnit(null).roundedUp(123.2));
  }

  @Test
  void withoutAGuaranteeTheMeasuredRateStands() {
    FalseAlarms measured = FalseAlarms.of(null, new Proportion(2, 40, 0.95));
    assertEquals("at 2 of 40 false alarms on good images", measured.inWords());
  }

  @Test
  void whatIsExpectedIsNoBound() {
    Proportion none = new Proportion(0, 40, 0.95);
    assertEquals(
        "at no more than 2 % false alarms", new FalseAlarms(0.02, null, none, false).inWords());
    assertEquals(
        "at about 2 % expected false alarms", new FalseAlarms(0.02, null, none, true).inWords());
  }
}
