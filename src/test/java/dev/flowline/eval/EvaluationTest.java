package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.line.StageTimings;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static EvaluatedImage image(
      String type, boolean[] truth, float[] map, float[] log10Nfa, double millis) {
    double score = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < map.length; i++) {
      score = Math.max(score, map[i]);
      smallest = Math.min(smallest, log10Nfa[i]);
    }
    return new EvaluatedImage(
        type + millis,
        type,
        null,
        truth,
        map,
        log10Nfa,
        score,
        smallest,
        null,
        null,
        new StageTimings(0, 0, 0, millis, 0));
  }

  private static boolean[] truth(String pixels) {
    boolean[] truth = new boolean[pixels.length()];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = pixels.charAt(i) == '1';
    }
    return truth;
  }

  /** 1×4 pixels: one quiet good image, one false alarm, a defect half found, one missed. */
  private static EvaluationResult byHand() {
    Evaluation evaluation = new Evaluation(1, 4, 0, 10);
    evaluation.addTrainingGood(new float[] {0.1f, 0.2f, 0.35f, 0.1f});
    evaluation.add(
        image("good", null, new float[] {.1f, .2f, .3f, .1f}, new float[] {9, 9, 9, 0}, 1));
    evaluation.add(
        image("good", null, new float[] {.5f, .2f, .4f, .1f}, new float[] {-1, 9, -2, 9}, 2));
    evaluation.add(
        image(
            "dent",
            truth("1100"),
            new float[] {.9f, .8f, .6f, .1f},
            new float[] {-5, 2, -3, 9},
            3));
    evaluation.add(
        image(
            "rust", truth("0001"), new float[] {.1f, .1f, .1f, .4f}, new float[] {9, 9, 9, 1}, 4));
    return evaluation.finish();
  }

  /** What lies out of view changes nothing, whatever it is; a defect there does not count. */
  @Test
  void pixelsOutOfViewDoNotCount() {
    EvaluationResult wanted = byHand();
    Evaluation evaluation = new Evaluation(2, 4, 0, 10);
    boolean[] top = truth("11110000");
    evaluation.addTrainingGood(new float[] {0.1f, 0.2f, 0.35f, 0.1f, 1, 1, 1, 1}, top);
    float[] out = {Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE};
    for (EvaluatedImage image : byHand().details().gallery()) {
      boolean[] truth = image.groundTruth();
      boolean[] below = truth == null ? null : truth("00000110");
      for (int i = 0; truth != null && i < 4; i++) {
        below[i] = truth[i];
      }
      evaluation.add(inView(image, below, out, top));
    }
    EvaluatedImage beside = byHand().details().gallery().get(1);
    evaluation.add(inView(beside, truth("00000110"), out, top, "rust"));
    EvaluationResult result = evaluation.finish();
    assertEquals(wanted.pixelAuroc(), result.pixelAuroc());
    assertEquals(wanted.aupro(), result.aupro());
    assertEquals(wanted.meanIou(), result.meanIou());
    assertEquals(wanted.fairThreshold(), result.fairThreshold());
    assertEquals(wanted.defectImages(), result.defectImages());
    assertEquals(wanted.defectImagesFound(), result.defectImagesFound());
    assertEquals(wanted.details().highestLog10Nfa(), result.details().highestLog10Nfa());
    assertTrue(
        result.warnings().get(0).startsWith("1 of the defective images have their whole defect"),
        result.warnings().toString());
  }

  private static EvaluatedImage inView(
      EvaluatedImage top, boolean[] truth, float[] log10Nfa, boolean[] inView) {
    return inView(top, truth, log10Nfa, inView, top.defectType());
  }

  /** The image with a second row, which is out of view and full of levels of 0.95. */
  private static EvaluatedImage inView(
      EvaluatedImage top, boolean[] truth, float[] log10Nfa, boolean[] inView, String type) {
    float[] map = Arrays.copyOf(top.anomalyMap(), 8);
    Arrays.fill(map, 4, 8, 0.95f);
    float[] numbers = Arrays.copyOf(top.log10Nfa(), 8);
    System.arraycopy(log10Nfa, 0, numbers, 4, 4);
    return new EvaluatedImage(
        top.name(),
        type,
        null,
        truth,
        map,
        numbers,
        top.anomalyScore(),
        top.minLog10Nfa(),
        null,
        null,
        top.timingsMillis(),
        null,
        inView,
        null);
  }

  @Test
  void ofFourImagesByHand() {
    EvaluationResult result = byHand();
    assertEquals(2, result.goodImages());
    assertEquals(1, result.falseAlarmImages());
    assertEquals(1.0, result.falseAlarmsPerGoodImage(), "two regions in two images");
    assertEquals(2, result.defectImages());
    assertEquals(1, result.defectImagesFound());
    assertEquals((1 + 0 + 1.0 / 3 + 0) / 4, result.meanIou().automatic(), 1e-12);
    assertEquals(1.0 / 6, result.meanIouOfDefectImages(), 1e-12);
    assertEquals((1 + 1 + 1.0 / 2 + 0) / 4, result.meanIou().oracle(), 1e-12);
    assertEquals(-4, result.oracleThreshold(), "between the lowest two, -5 and -3");
    assertEquals(0.35f, result.fairThreshold());
    assertEquals((1 + 0 + 2.0 / 3 + 1) / 4, result.meanIou().fair(), 1e-12);
    assertEquals(3.0 / 4, result.imageAuroc(), 1e-12, "0.4 and 0.9 against 0.3 and 0.5");
    assertEquals(new StageTiming(2, 4), result.timings().get("flow"));
    DefectTypeResult rust = result.byDefect().get("rust");
    assertEquals(1, rust.images());
    assertEquals(0, rust.imagesFound());
    assertEquals(0.5, rust.imageAuroc());
    assertEquals((1 + 0 + 0) / 3.0, rust.meanIou().automatic(), 1e-12);
    assertEquals(List.of("dent", "rust"), List.copyOf(result.byDefect().keySet()));
  }

  @Test
  void galleryBeginsWithTheWorst() {
    EvaluationDetails details = byHand().details();
    assertEquals(
        List.of("good2.0", "rust4.0", "dent3.0", "good1.0"),
        details.gallery().stream().map(EvaluatedImage::name).toList());
    assertEquals(
        List.of(
            ImageOutcome.Detection.FALSE_ALARM,
            ImageOutcome.Detection.MISSED,
            ImageOutcome.Detection.FOUND,
            ImageOutcome.Detection.CLEAR),
        details.outcomes().stream()
            .sorted(ImageOutcome.WORST_FIRST)
            .map(ImageOutcome::detection)
            .toList());
  }

  @Test
  void oracleIsTheBestPointOfTheCurve() throws IOException {
    EvaluationResult result = SyntheticTestSet.of(1, 6, 4, 48, null).evaluation(3).finish();
    double[] curve = result.details().meanIouByLog10Epsilon().y();
    double top = 0;
    for (double value : curve) {
      top = Math.max(top, value);
    }
    assertEquals(result.meanIou().oracle(), top);
    assertTrue(result.meanIou().oracle() >= result.meanIou().automatic());
    assertTrue(result.anomalyMapOracle().meanIou() >= result.meanIou().fair());
  }

  @Test
  void defectTypesAddUp() throws IOException {
    EvaluationResult result = SyntheticTestSet.of(2, 9, 5, 40, null).evaluation(0).finish();
    int images = 0;
    int found = 0;
    for (DefectTypeResult type : result.byDefect().values()) {
      images += type.images();
      found += type.imagesFound();
    }
    assertEquals(result.defectImages(), images);
    assertEquals(result.defectImagesFound(), found);
    assertEquals(SyntheticTestSet.DEFECTS, List.copyOf(result.byDefect().keySet()));
  }

  @Test
  void anOnlyDefectTypeIsAll() throws IOException {
    SyntheticTestSet set = SyntheticTestSet.of(3, 5, 3, 40, null);
    Evaluation evaluation = new Evaluation(40, 40, 0, 0);
    set.trainingMaps().forEach(evaluation::addTrainingGood);
    set.images().stream()
        .filter(i -> i.good() || i.defectType().equals("spot"))
        .forEach(evaluation::add);
    EvaluationResult result = evaluation.finish();
    DefectTypeResult spot = result.byDefect().get("spot");
    assertEquals(result.pixelAuroc(), spot.pixelAuroc());
    assertEquals(result.imageAuroc(), spot.imageAuroc());
    assertEquals(result.aupro(), spot.aupro());
    assertEquals(result.meanIou(), spot.meanIou());

    EvaluationResult among = set.evaluation(0).finish();
    assertEquals(spot, among.byDefect().get("spot"), "other types do not change a type's row");
  }

  @Test
  void isTheSameInAnyOrder() throws IOException {
    SyntheticTestSet set = SyntheticTestSet.of(4, 5, 3, 32, null);
    List<EvaluatedImage> reversed = new ArrayList<>(set.images());
    java.util.Collections.reverse(reversed);
    EvaluationResult a = set.evaluation(5).finish();
    EvaluationResult b =
        new SyntheticTestSet(reversed, set.trainingMaps(), 32).evaluation(5).finish();
    assertEquals(a.pixelAuroc(), b.pixelAuroc());
    assertEquals(a.aupro(), b.aupro(), 1e-12);
    assertEquals(a.meanIou().oracle(), b.meanIou().oracle(), 1e-12);
    assertEquals(
        a.details().gallery().stream().map(EvaluatedImage::name).toList(),
        b.details().gallery().stream().map(EvaluatedImage::name).toList());
  }

  @Test
  void jsonHasTheKeysOfTheGlossary() throws IOException {
    JsonNode json = new ObjectMapper().readTree(byHand().json());
    for (String key :
        List.of(
            "pixelAuroc",
            "imageAuroc",
            "aupro",
            "oracleThreshold",
            "fairThreshold",
            "log10Epsilon",
            "falseAlarmsPerGoodImage")) {
      assertTrue(json.path(key).isNumber(), key);
    }
    for (String key : List.of("automatic", "oracle", "fair")) {
      assertTrue(json.path("meanIou").path(key).isNumber(), key);
    }
    for (String key :
        List.of("goodImages", "falseAlarmImages", "defectImages", "defectImagesFound")) {
      assertTrue(json.path(key).isInt(), key);
    }
    JsonNode dent = json.path("byDefect").path("dent");
    Iterator<String> names = dent.fieldNames();
    List<String> keys = new ArrayList<>();
    names.forEachRemaining(keys::add);
    assertTrue(
        keys.containsAll(
            List.of("images", "imagesFound", "pixelAuroc", "imageAuroc", "aupro", "meanIou")),
        keys.toString());
    assertEquals(2, json.path("timings").path("flow").path("medianMillis").asDouble());
    assertEquals(4, json.path("timings").path("flow").path("p99Millis").asDouble());
    assertTrue(json.path("details").isMissingNode(), "curves are for the report");
  }

  @Test
  void whatCannotBeKnownIsNull() throws IOException {
    Evaluation evaluation = new Evaluation(1, 2, 0, 10);
    evaluation.add(image("good", null, new float[] {.1f, .2f}, new float[] {9, 9}, 1));
    evaluation.add(image("dent", null, new float[] {.1f, .7f}, new float[] {9, -9}, 1));
    EvaluationResult result = evaluation.finish();
    assertEquals(1, result.imagesWithoutGroundTruth());
    assertEquals(1, result.defectImagesFound());
    assertEquals(1, result.imageAuroc());
    JsonNode json = new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(result));
    for (String pointer :
        List.of(
            "/pixelAuroc",
            "/aupro",
            "/meanIou/automatic",
            "/meanIou/oracle",
            "/byDefect/dent/aupro",
            "/byDefect/dent/meanIou/automatic")) {
      assertTrue(json.at(pointer).isNull(), pointer + " is " + json.at(pointer));
    }
    for (String pointer : List.of("/meanIou/fair", "/fairThreshold")) {
      assertTrue(json.at(pointer).isMissingNode(), pointer + " was not asked for");
    }
    String table = new EvaluationTable(result).toString();
    assertFalse(table.contains("fair"), table);
    assertTrue(table.contains(Numbers.UNKNOWN) && !table.contains("NaN"), table);
  }

  @Test
  void ofNothingIsAResultToo() {
    EvaluationResult result = new Evaluation(2, 2, 0, 3).finish();
    assertEquals(0, result.goodImages());
    assertEquals(Double.NaN, result.meanIou().automatic());
    assertTrue(result.json().contains("\"pixelAuroc\" : null"));
  }

  @Test
  void refusesMapsOfAnotherSize() {
    try (Evaluation evaluation = new Evaluation(2, 2, 0, 3)) {
      EvaluatedImage image = image("good", null, new float[2], new float[4], 1);
      assertThrows(IllegalArgumentException.class, () -> evaluation.add(image));
    }
  }

  @Test
  void afterTheEndNothingIsTaken() {
    EvaluatedImage image = image("good", null, new float[4], new float[4], 1);
    Evaluation finished = new Evaluation(2, 2, 0, 3);
    finished.finish();
    Evaluation closed = new Evaluation(2, 2, 0, 3);
    closed.close();
    for (Evaluation evaluation : List.of(finished, closed)) {
      assertThrows(IllegalStateException.class, () -> evaluation.add(image));
      assertThrows(
          IllegalStateException.class, () -> evaluation.addTrainingGood(image.anomalyMap()));
      assertThrows(IllegalStateException.class, evaluation::finish);
      evaluation.close();
    }
  }

  /** A defect is found where a detected pixel lies on it; next to it is elsewhere. */
  @Test
  void foundMeansOnTheDefect() {
    Evaluation evaluation = new Evaluation(1, 4, 0, 10);
    float[] map = {.1f, .2f, .3f, .4f};
    float[] alarm = {-5, 2, 2, 9};
    evaluation.add(image("good", null, map, new float[] {9, 9, 9, 9}, 1));
    evaluation.add(image("dent", truth("1100"), map, alarm, 2));
    evaluation.add(image("dent", truth("0100"), map, alarm, 3));
    evaluation.add(image("dent", truth("0011"), map, new float[] {9, 9, 9, 9}, 4));
    evaluation.add(image("dent", null, map, alarm, 5));
    evaluation.add(image("rust", truth("0000"), map, alarm, 6));
    EvaluationResult result = evaluation.finish();
    assertEquals(5, result.defectImages());
    assertEquals(3, result.defectImagesFound(), "2, and 5 and 6, of which nothing is marked");
    assertEquals(1, result.defectImagesAlarmedElsewhere());
    assertEquals(2, result.byDefect().get("dent").imagesFound());
    assertEquals(1, result.byDefect().get("dent").imagesAlarmedElsewhere());
    assertEquals(
        List.of(
            ImageOutcome.Detection.CLEAR,
            ImageOutcome.Detection.FOUND,
            ImageOutcome.Detection.ALARMED_ELSEWHERE,
            ImageOutcome.Detection.MISSED,
            ImageOutcome.Detection.FOUND,
            ImageOutcome.Detection.FOUND),
        result.details().outcomes().stream().map(ImageOutcome::detection).toList());
    String table = new EvaluationTable(result).toString();
    assertTrue(table.lines().anyMatch(l -> l.matches("dent +4 +2 +1 .*")), table);
    assertTrue(result.json().contains("\"defectImagesAlarmedElsewhere\" : 1"), result.json());
    Report report = new Report("dents", result, Map.of(), file -> null);
    assertTrue(
        report.verdict().startsWith("3 of 5 defective images found, 1 alarmed elsewhere"),
        report.verdict());
    assertTrue(report.html().contains("alarmed elsewhere</span> dent3.0"));
    CombinedResult twice = CombinedResult.of(Map.of("a", result, "b", result));
    assertEquals(2, twice.defectImagesAlarmedElsewhere());
  }

  /** The smallest log10NFA decides even if a map, which an inspection would not give, lacks it. */
  @Test
  void theSmallestLog10NfaDecidesNotTheMap() {
    Evaluation evaluation = new Evaluation(1, 2, 0, 10);
    for (double smallest : new double[] {-0.5, 0.0}) {
      for (String type : List.of("good", "dent")) {
        evaluation.add(
            new EvaluatedImage(
                type + smallest,
                type,
                null,
                null,
                new float[2],
                new float[] {9, 1},
                0.5,
                smallest,
                null,
                null,
                null));
      }
    }
    EvaluationResult result = evaluation.finish();
    assertEquals(1, result.falseAlarmImages());
    assertEquals(1, result.defectImagesFound());
    assertEquals(0, result.falseAlarmsPerGoodImage());
  }

  @Test
  void combinedOverTheProductsThatHaveAFigure() {
    EvaluationResult nothing = new Evaluation(2, 2, 0, 3).finish();
    EvaluationResult some = byHand();
    for (Map<String, EvaluationResult> results :
        List.of(
            new TreeMap<>(Map.of("a", nothing, "b", some)),
            new TreeMap<>(Map.of("a", some, "b", nothing)))) {
      CombinedResult combined = CombinedResult.of(results);
      assertEquals(some.pixelAuroc(), combined.pixelAuroc());
      assertEquals(some.imageAuroc(), combined.imageAuroc());
      assertEquals(some.meanIou(), combined.meanIou());
      assertEquals(some.timings(), combined.timings());
      assertEquals(some.goodImages(), combined.goodImages());
    }
    CombinedResult twice = CombinedResult.of(Map.of("a", nothing, "b", nothing));
    assertEquals(Double.NaN, twice.pixelAuroc());
    assertEquals(Map.of(), twice.timings());
  }

  @Test
  void tableIsAligned() {
    String[] lines = new EvaluationTable(byHand()).toString().split("\n");
    for (int i = 1; i < 5; i++) {
      assertEquals(lines[0].length(), lines[i].length(), lines[i]);
    }
    assertTrue(lines[3].startsWith("mean"), lines[3]);
    assertTrue(lines[4].startsWith("all"), lines[4]);
  }
}
