package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.calibration.BinomialInterval;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Sample;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThresholdRuleTest {
  private static final double NAN = Double.NaN;

  private static Peak good(double score) {
    return new Peak(true, score, score);
  }

  private static Peak defective(double score) {
    return new Peak(false, score, score);
  }

  private static double threshold(ThresholdRule rule, double[] scores, List<Peak> test) {
    CalibrationMaps maps = new CalibrationMaps(scores, NAN, null);
    return rule.threshold(new ThresholdRule.Known(-7, maps, test));
  }

  @Test
  void rulesOfCalibrationScoresByHand() {
    double[] scores = {2, 4, 4, 4, 5, 5, 7, 9}; // mean 5, deviation 2
    assertEquals(9, threshold(ThresholdRule.LARGEST, scores, List.of()));
    assertEquals(11, threshold(ThresholdRule.MEAN_PLUS_3_SIGMA, scores, List.of()), 1e-12);
    CalibrationMaps maps = new CalibrationMaps(scores, 0.5, null);
    assertEquals(
        0.7105,
        ThresholdRule.PERCENTILE_95_TIMES_1_421.threshold(
            new ThresholdRule.Known(-7, maps, List.of())),
        1e-12);
    assertEquals(7, threshold(ThresholdRule.FLOWLINE, scores, List.of()), "−log10ε");
    assertEquals(0, threshold(ThresholdRule.PUBLISHED_NFA, scores, List.of()));
  }

  @Test
  void oneCalibrationImageAndEqualScoresHaveNoDeviation() {
    for (double[] scores : List.of(new double[] {0.5}, new double[] {0.5, 0.5, 0.5})) {
      assertEquals(0.5, threshold(ThresholdRule.LARGEST, scores, List.of()));
      assertEquals(0.5, threshold(ThresholdRule.MEAN_PLUS_3_SIGMA, scores, List.of()));
    }
  }

  @Test
  void withoutCalibrationSamplesTheirRulesKnowNothing() {
    assertEquals(NAN, threshold(ThresholdRule.LARGEST, new double[0], List.of()));
    assertEquals(NAN, threshold(ThresholdRule.MEAN_PLUS_3_SIGMA, new double[0], List.of()));
    assertEquals(NAN, threshold(ThresholdRule.PERCENTILE_95_TIMES_1_421, new double[0], List.of()));
  }

  /** A factor above 1 makes a negative percentile lower: more than 5 % of good pixels exceed it. */
  @Test
  void aNegativePercentileHasNoScaledThreshold() {
    CalibrationMaps maps = new CalibrationMaps(new double[] {1}, -0.1, null);
    assertEquals(
        NAN,
        ThresholdRule.PERCENTILE_95_TIMES_1_421.threshold(
            new ThresholdRule.Known(0, maps, List.of())));
  }

  /** At 0.4: three of three found, one false: F1 = 6/7. At 0.6: two found, none false: 4/5. */
  @Test
  void adaptiveF1ByHand() {
    List<Peak> test = List.of(good(0.1), good(0.5), defective(0.4), defective(0.6), defective(0.9));
    double threshold = threshold(ThresholdRule.ADAPTIVE_F1, new double[0], test);
    assertTrue(threshold < 0.4 && threshold > 0.399999, "alarms at 0.4 itself: " + threshold);
    assertTrue(test.get(2).alarms(threshold));
  }

  @Test
  void adaptiveF1TakesTheLowestOfSeveralBest() {
    // Of 0.9: F1 = 2/(1 + 2) = 2/3. Of 0.2: 4/(4 + 2) = 2/3.
    List<Peak> test = List.of(good(0.5), good(0.6), defective(0.2), defective(0.9));
    double threshold = threshold(ThresholdRule.ADAPTIVE_F1, new double[0], test);
    assertEquals(Math.nextDown(0.2), threshold);
  }

  @Test
  void adaptiveF1WithoutGoodImagesAlarmsAtEveryDefect() {
    List<Peak> test = List.of(defective(0.7), defective(0.3));
    assertEquals(Math.nextDown(0.3), threshold(ThresholdRule.ADAPTIVE_F1, new double[0], test));
    assertEquals(
        NAN, threshold(ThresholdRule.ADAPTIVE_F1, new double[0], List.of(good(1), good(2))));
  }

  /** Every score of the set is tried, and counted anew each time. */
  @Test
  void adaptiveF1IsTheBestOfAllScores() {
    Random random = new Random(7);
    for (int trial = 0; trial < 500; trial++) {
      List<Peak> test = new ArrayList<>();
      int images = 1 + random.nextInt(12);
      for (int i = 0; i < images; i++) {
        double score = random.nextInt(6) / 4.0 - 0.5; // many ties
        test.add(random.nextBoolean() ? good(score) : defective(score));
      }
      double expected = NAN;
      double best = -1;
      List<Double> rising = test.stream().map(Peak::anywhere).sorted().distinct().toList();
      for (double score : rising) {
        double found = test.stream().filter(p -> !p.good() && p.anywhere() >= score).count();
        double judged = test.stream().filter(p -> p.anywhere() >= score).count();
        double defects = test.stream().filter(p -> !p.good()).count();
        double f1 = 2 * found / (judged + defects);
        if (found > 0 && f1 > best + 1e-12) {
          best = f1;
          expected = Math.nextDown(score);
        }
      }
      assertEquals(expected, threshold(ThresholdRule.ADAPTIVE_F1, new double[0], test), "" + test);
    }
  }

  @Test
  void aPeakIsTakenOnTheDefectAndAnywhere() {
    float[] map = {0.9f, 0.2f, 0.4f, 0.1f};
    Peak beside = Peak.of(map, new boolean[] {false, true, true, false}, false);
    assertEquals(0.9f, beside.anywhere());
    assertEquals(0.4f, beside.onDefect());
    assertTrue(beside.alarms(0.5) && !beside.found(0.5) && beside.alarmsElsewhere(0.5));
    assertTrue(beside.found(0.3) && !beside.alarmsElsewhere(0.3));
    assertTrue(!beside.alarms(0.9f), "at the threshold is not above it");
    Peak unmarked = Peak.of(map, new boolean[4], false);
    assertEquals(0.9f, unmarked.onDefect(), "nothing marks where the defect is");
    Peak nfa =
        Peak.ofNfa(
            new float[] {-3, 5, -1, 9}, -4, new boolean[] {false, false, true, false}, false);
    assertEquals(4, nfa.anywhere(), "the number that decides, not the map");
    assertEquals(1, nfa.onDefect());
    assertEquals(4, Peak.ofNfa(new float[] {-3}, -4, null, false).onDefect());
  }

  /** 1 × 4 pixels, the log10NFA of the model's test and of the published one. */
  private static EvaluatedImage image(
      String name, String type, String truth, float[] map, float log10Nfa, float published) {
    boolean[] mask = truth == null ? null : new boolean[4];
    for (int i = 0; truth != null && i < 4; i++) {
      mask[i] = truth.charAt(i) == '1';
    }
    float[] nfa = {log10Nfa, 9, 9, 9};
    return new EvaluatedImage(name, type, null, mask, map, nfa, 0.5, log10Nfa, null, null, null)
        .withPublished(new float[] {9, published, 9, 9}, published);
  }

  private static Calibration calibration() {
    return Calibration.of(
        IntStream.rangeClosed(1, 19).mapToObj(i -> new CalibrationImage(-i, null, null)).toList(),
        new FalseAlarmRate(0.1, null));
  }

  /** Four good images and four defects; the calibration maps have the maxima 0.5 and 0.3. */
  private static Evaluation evaluation() {
    Evaluation evaluation = new Evaluation(1, 4, -18, calibration(), 10);
    evaluation.addCalibrationMap(new float[] {0.1f, 0.2f, 0.5f, 0.1f}, null);
    evaluation.addCalibrationMap(new float[] {0.1f, 0.2f, 0.1f, 0.3f}, null);
    float[] low = {0.1f, 0.2f, 0.1f, 0.1f};
    evaluation.add(image("quiet", Sample.GOOD, null, low, -1, 3));
    evaluation.add(image("loud", Sample.GOOD, null, new float[] {0, 0.55f, 0, 0}, -2, -1));
    evaluation.add(image("alarm", Sample.GOOD, null, new float[] {0.9f, 0, 0, 0}, -30, -5));
    evaluation.add(image("at it", Sample.GOOD, null, new float[] {0.5f, 0, 0, 0}, -18, 0));
    evaluation.add(image("hit", "dent", "1100", new float[] {0.8f, 0, 0, 0}, -20, -2));
    evaluation.add(image("beside", "dent", "0011", new float[] {0.95f, 0, 0.1f, 0}, -40, -3));
    evaluation.add(image("missed", "dent", "1000", low, -3, 2));
    evaluation.add(image("no mask", "dent", null, new float[] {0.6f, 0, 0, 0}, -19, 1));
    return evaluation;
  }

  private static Map<ThresholdRule, RuleOutcome> byRule(EvaluationResult result) {
    Map<ThresholdRule, RuleOutcome> outcomes = new EnumMap<>(ThresholdRule.class);
    result.thresholdRules().forEach(outcome -> outcomes.put(outcome.rule(), outcome));
    assertEquals(ThresholdRule.values().length, outcomes.size());
    return outcomes;
  }

  private static void assertCounts(RuleOutcome outcome, int alarms, int found, int elsewhere) {
    assertEquals(alarms, outcome.falseAlarmImages(), outcome.toString());
    assertEquals(found, outcome.defectImagesFound(), outcome.toString());
    assertEquals(elsewhere, outcome.defectImagesAlarmedElsewhere(), outcome.toString());
  }

  @Test
  void ofEightImagesByHand() {
    EvaluationResult result = evaluation().finish();
    Map<ThresholdRule, RuleOutcome> rules = byRule(result);
    RuleOutcome own = rules.get(ThresholdRule.FLOWLINE);
    assertCounts(own, 1, 2, 1);
    assertEquals(result.operatingPoint().falseAlarmImages(), own.falseAlarmImages());
    assertEquals(-18.0, own.threshold());
    assertEquals(0.1, own.guaranteed(), 1e-12);
    assertEquals(new FalseAlarmRate(0.1, null), own.requested());
    assertEquals(0.25, own.measured());
    assertEquals(BinomialInterval.of(1, 4), own.interval());
    RuleOutcome largest = rules.get(ThresholdRule.LARGEST);
    assertEquals(0.5f, largest.threshold().floatValue());
    assertCounts(largest, 2, 2, 1); // 0.55, 0.9; 0.8 and, without a mask, 0.6; 0.95 beside it
    RuleOutcome sigma = rules.get(ThresholdRule.MEAN_PLUS_3_SIGMA); // 0.4 + 3 · 0.1
    assertEquals(0.7, sigma.threshold(), 1e-6);
    assertCounts(sigma, 1, 1, 1);
    // Pixels: 0.1 five times, 0.2 twice … rising: rank 6.65 of 0 … 7 lies between 0.3 and 0.5.
    RuleOutcome scaled = rules.get(ThresholdRule.PERCENTILE_95_TIMES_1_421);
    assertEquals(1.421 * (0.3 + 0.65 * 0.2), scaled.threshold(), 1e-6);
    assertCounts(scaled, 1, 1, 1);
    // From 0.95 down: defect, good, defect, defect (F1 = 6/8), good, good, and 0.2 all eight
    // (8/12).
    RuleOutcome f1 = rules.get(ThresholdRule.ADAPTIVE_F1);
    assertEquals(0.6f, f1.threshold().floatValue());
    assertCounts(f1, 1, 2, 1);
    RuleOutcome published = rules.get(ThresholdRule.PUBLISHED_NFA);
    assertEquals(0.0, published.threshold());
    assertEquals("0.0", published.threshold().toString(), "and not −0");
    assertCounts(published, 2, 1, 1);
    for (RuleOutcome other : result.thresholdRules()) {
      assertNull(other.unknown(), other.toString());
      assertEquals(other == own, other.requested() != null, "only Flowline states a rate");
    }
  }

  @Test
  void reportAndJsonShowThem() throws IOException {
    EvaluationResult result = evaluation().finish();
    ParsedPage page = ParsedPage.of(ReportTest.report(result).html());
    for (RuleOutcome outcome : result.thresholdRules()) {
      assertEquals(
          RuleTable.row(outcome, outcome.rule().title()), page.row(outcome.rule().title()));
    }
    List<String> own = page.row("Flowline");
    assertEquals(
        List.of(
            "Flowline", "1 of 4", "2 of 4", "1", "≤ 10.0 %", "25.0 %", "0.6 % to 80.6 %", "10.0 %"),
        own);
    assertEquals("no rate", page.row("largest good score").get(4));
    ObjectMapper json = new ObjectMapper();
    JsonNode rules = json.readTree(result.json()).path("thresholdRules");
    assertEquals("FLOWLINE", rules.get(0).path("rule").asText());
    assertTrue(rules.get(1).path("asked").isNull());
    List<RuleOutcome> read = new ArrayList<>();
    for (JsonNode rule : rules) {
      read.add(json.treeToValue(rule, RuleOutcome.class));
    }
    assertEquals(result.thresholdRules(), read, "a comparison reads them again");
  }

  @Test
  void whatIsUnknownSaysWhy() throws IOException {
    Evaluation evaluation = new Evaluation(1, 2, -3, 10);
    evaluation.noteCalibrationMissing("they are elsewhere");
    evaluation.add(
        new EvaluatedImage(
            "a", Sample.GOOD, null, null, new float[2], new float[2], 0, 0, null, null, null));
    EvaluationResult result = evaluation.finish();
    Map<ThresholdRule, RuleOutcome> rules = byRule(result);
    assertEquals("they are elsewhere", rules.get(ThresholdRule.LARGEST).unknown());
    assertEquals("it needs labelled defects", rules.get(ThresholdRule.ADAPTIVE_F1).unknown());
    assertNotNull(rules.get(ThresholdRule.PUBLISHED_NFA).unknown());
    RuleOutcome own = rules.get(ThresholdRule.FLOWLINE);
    assertEquals(-3.0, own.threshold());
    assertNull(own.guaranteed(), "log10ε was set by hand");
    assertEquals(0, own.falseAlarmImages());
    ParsedPage page = ParsedPage.of(ReportTest.report(result).html());
    assertTrue(
        page.shown()
            .contains(
                "Unknown here: largest good score; mean + 3σ; 95th percentile × 1.421, because they are elsewhere."));
    assertEquals("–", page.row("largest good score").get(2));
    JsonNode json = new ObjectMapper().readTree(result.json()).path("thresholdRules").get(1);
    assertTrue(json.path("falseAlarmImages").isNull());
    assertEquals("they are elsewhere", json.path("unknown").asText());
  }

  @Test
  void anEvaluationWithoutImagesHasRulesToo() {
    EvaluationResult result = new Evaluation(2, 2, 0, 3).finish();
    RuleOutcome own = byRule(result).get(ThresholdRule.FLOWLINE);
    assertEquals(0, own.goodImages());
    assertNull(own.measured());
    assertNull(own.interval());
    assertEquals("0 of 0", RuleTable.row(own, "own").get(1));
  }

  /** An image of which nothing was tested has no log10NFA and alarms by no rule for it. */
  @Test
  void whatWasNotInspectedDoesNotAlarm() {
    Evaluation evaluation = new Evaluation(1, 1, -3, 10);
    float nothing = Float.POSITIVE_INFINITY;
    evaluation.add(
        new EvaluatedImage(
                "a",
                "dent",
                null,
                null,
                new float[1],
                new float[] {nothing},
                0,
                nothing,
                null,
                null,
                null)
            .withPublished(new float[] {nothing}, nothing));
    Map<ThresholdRule, RuleOutcome> rules = byRule(evaluation.finish());
    assertCounts(rules.get(ThresholdRule.FLOWLINE), 0, 0, 0);
    assertCounts(rules.get(ThresholdRule.PUBLISHED_NFA), 0, 0, 0);
  }

  @Test
  void totalsAreSumsOverTheRunsThatKnowTheThreshold() {
    FalseAlarmRate rate = new FalseAlarmRate(0.05, null);
    RuleOutcome total =
        RuleOutcome.total(
            List.of(
                RuleOutcome.of(ThresholdRule.FLOWLINE, -7.0, rate, 0.03, 60, 3, 40, 30, 1),
                RuleOutcome.unknown(ThresholdRule.FLOWLINE, 60, 40, "why"),
                RuleOutcome.of(ThresholdRule.FLOWLINE, -9.0, rate, 0.04, 60, 1, 40, 20, 2)));
    assertEquals(120, total.goodImages());
    assertEquals(4, total.falseAlarmImages());
    assertEquals(BinomialInterval.of(4, 120), total.interval());
    assertEquals(80, total.defectImages());
    assertEquals(50, total.defectImagesFound());
    assertEquals(3, total.defectImagesAlarmedElsewhere());
    assertEquals(0.04, total.guaranteed());
    assertNull(total.threshold());
    RuleOutcome none = RuleOutcome.unknown(ThresholdRule.LARGEST, 60, 40, "why");
    assertEquals(none, RuleOutcome.total(List.of(none, none)));
  }
}
