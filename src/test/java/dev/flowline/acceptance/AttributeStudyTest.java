package dev.flowline.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttributeStudyTest {
  private static AcceptanceResult result(AttributeStudy study) {
    return AcceptanceResult.of("study", Map.of(), study, AcceptancePlan.of(Requested.USUAL));
  }

  private static void assertCounts(int count, int of, Proportion share) {
    assertEquals(count + " of " + of, ShareText.count(share));
  }

  /**
   * The figures of the manual as they are widely quoted: kappas with two digits, whole percents.
   */
  @Test
  void theStudyOfAiagHasItsPrintedFigures() {
    AcceptanceResult result = result(PublishedStudies.aiag());
    int[][] expected = { // parts right, misses of 48, false alarms of 102
      {42, 3, 5}, {45, 3, 2}, {40, 6, 9}
    };
    double[] kappa = {0.88, 0.92, 0.77};
    double[][] interval = {{71, 93}, {78, 97}, {66, 90}};
    Light[][] lights = {
      {Light.MARGINAL, Light.UNACCEPTABLE, Light.ACCEPTABLE},
      {Light.ACCEPTABLE, Light.UNACCEPTABLE, Light.ACCEPTABLE},
      {Light.MARGINAL, Light.UNACCEPTABLE, Light.MARGINAL}
    };
    for (int i = 0; i < 3; i++) {
      AppraiserResult of = result.appraisers().get(i);
      assertEquals("" + "ABC".charAt(i), of.appraiser());
      assertCounts(expected[i][0], 50, of.effectiveness());
      assertEquals(interval[i][0], 100 * of.effectiveness().low(), 0.5);
      assertEquals(interval[i][1], 100 * of.effectiveness().high(), 0.5);
      assertCounts(expected[i][1], 48, of.missRate());
      assertCounts(expected[i][2], 102, of.falseAlarmRate());
      assertCounts(150 - expected[i][1] - expected[i][2], 150, of.rightDecisions());
      assertEquals(kappa[i], of.kappa(), 0.005);
      assertEquals(
          List.of(lights[i]),
          List.of(
              of.lights().effectiveness(), of.lights().missRate(), of.lights().falseAlarmRate()));
      assertEquals(3, of.repeatability().trials());
      assertCounts(expected[i][0], 50, of.repeatability().sameDecision());
    }
    assertCounts(39, 50, result.between().sameDecision());
    assertCounts(39, 50, result.between().effectiveness());
    double[] pairs = {0.86, 0.78, 0.79}; // A and B, A and C, B and C
    for (int i = 0; i < 3; i++) {
      assertEquals(150, result.between().pairs().get(i).decisions());
      assertEquals(pairs[i], result.between().pairs().get(i).kappa(), 0.005);
    }
  }

  /** JASP prints them with 15 digits; its appraisers agree about 9 parts, rightly about 7. */
  @Test
  void theStudyOfJaspHasItsPrintedFigures() {
    AcceptanceResult result = result(PublishedStudies.jasp());
    double[] reference = {0.612903225806452, 0.492307692307692, 0.264150943396226};
    double[] trials = {0.905462184873949, 0.91, 0.543918918918919};
    int[] effective = {12, 11, 9};
    int[] repeated = {14, 14, 12};
    String[] rates = {"20.0 % 16.7 %", "20.0 % 26.7 %", "66.7 % 10.0 %"};
    Light[] falseAlarms = {Light.UNACCEPTABLE, Light.UNACCEPTABLE, Light.MARGINAL};
    Light[] effectiveness = {Light.MARGINAL, Light.UNACCEPTABLE, Light.UNACCEPTABLE};
    double[][] low = {{51.911, 95.669}, {44.9, 92.213}, {32.287, 83.664}};
    for (int i = 0; i < 3; i++) {
      AppraiserResult of = result.appraisers().get(i);
      assertEquals(reference[i], of.kappa(), 1e-12);
      assertEquals(trials[i], of.repeatability().kappa(), 1e-12);
      assertCounts(effective[i], 15, of.effectiveness());
      assertEquals(low[i][0], 100 * of.effectiveness().low(), 5e-4);
      assertEquals(low[i][1], 100 * of.effectiveness().high(), 5e-4);
      assertCounts(repeated[i], 15, of.repeatability().sameDecision());
      assertEquals(
          rates[i], ShareText.rate(of.missRate()) + " " + ShareText.rate(of.falseAlarmRate()));
      assertEquals(falseAlarms[i], of.lights().falseAlarmRate());
      assertEquals(effectiveness[i], of.lights().effectiveness());
    }
    assertEquals(0.641666666666666, result.between().kappa(), 1e-12);
    assertCounts(9, 15, result.between().sameDecision());
    assertCounts(7, 15, result.between().effectiveness());
    assertEquals(21.267, 100 * result.between().effectiveness().low(), 5e-4);
    assertEquals(73.414, 100 * result.between().effectiveness().high(), 5e-4);
  }

  private static Appraisal by(String appraiser, String part, boolean bad, int trial, Decision is) {
    return new Appraisal(part, bad, appraiser, trial, is);
  }

  private static List<Appraisal> both(Decision... ofTheDefect) {
    List<Appraisal> all = new ArrayList<>(List.of(by("m", "g", false, 1, Decision.GOOD)));
    for (Decision each : ofTheDefect) {
      all.add(by("m", "d", true, all.size(), each));
    }
    return all;
  }

  /** An undecided part is no miss, no false alarm and not right; it stays in the denominators. */
  @Test
  void undecidedIsCountedApartAndNeverRight() {
    AppraiserResult of =
        result(AttributeStudy.of(both(Decision.UNDECIDED, Decision.DEFECT))).appraisers().get(0);
    assertCounts(0, 2, of.missRate());
    assertCounts(0, 1, of.falseAlarmRate());
    assertCounts(1, 3, of.undecided());
    assertCounts(2, 3, of.rightDecisions());
    assertCounts(0, 3, of.misclassified());
    assertCounts(1, 2, of.effectiveness());
    assertEquals("d", of.wrongParts().get(0).part());
    assertTrue(of.kappa() < 1, "kappa " + of.kappa());
    AppraiserResult always =
        result(AttributeStudy.of(both(Decision.UNDECIDED, Decision.UNDECIDED))).appraisers().get(0);
    assertCounts(1, 1, always.repeatability().sameDecision());
    assertCounts(1, 2, always.effectiveness());
  }

  /** Once missed in three trials: one of three decisions, and the whole of one part. */
  @Test
  void aPartThatWasMissedOnceEscapes() {
    AppraiserResult of =
        result(AttributeStudy.of(both(Decision.DEFECT, Decision.GOOD, Decision.DEFECT)))
            .appraisers()
            .get(0);
    assertCounts(1, 3, of.missRate());
    assertEquals(1, of.escapes().wrongParts());
    assertEquals(1, of.escapes().parts());
    assertEquals(1e6 / 3, of.escapes().ppm(), 1e-6);
    assertEquals(1e6, of.escapes().atMost());
    assertEquals(0, of.overkill().wrongParts());
    assertEquals(950_000, of.overkill().atMost(), 1e-6);
  }

  @Test
  void trialsThatFewPartsHaveDoNotCountBetweenTrials() {
    List<Appraisal> all = both(Decision.DEFECT, Decision.DEFECT, Decision.DEFECT);
    assertNull(
        result(AttributeStudy.of(both(Decision.DEFECT))).appraisers().get(0).repeatability());
    for (int part = 0; part < 2; part++) {
      all.add(by("m", "d" + part, true, 1, Decision.DEFECT));
      all.add(by("m", "d" + part, true, 2, Decision.GOOD));
    }
    Repeatability of = result(AttributeStudy.of(all)).appraisers().get(0).repeatability();
    assertEquals(2, of.trials());
    assertEquals(Repeatability.KappaKind.COHEN, of.statistic());
    assertCounts(1, 3, of.sameDecision());
  }

  /**
   * Two people share the parts, a model sees all: pairs have kappas, and there is no part of all.
   */
  @Test
  void peopleMayShareTheParts() {
    List<Appraisal> all = new ArrayList<>();
    for (String person : List.of("a", "b")) {
      for (boolean defective : new boolean[] {false, true}) {
        String part = person + defective;
        Decision right = Decision.right(defective);
        all.add(by("model", part, defective, 1, right));
        all.add(by(person, part, defective, 1, right));
      }
    }
    AcceptanceResult result = result(AttributeStudy.of(all));
    assertNull(result.between().sameDecision());
    assertEquals(
        List.of("2 1.0", "2 1.0", "0 NaN"),
        result.between().pairs().stream()
            .map(pair -> pair.decisions() + " " + pair.kappa())
            .toList());
    assertTrue(new AcceptancePage(result).html().contains("no part that all appraisers"));
    assertTrue(new AcceptanceTable(result).toString().contains("–  a and b"));
    assertTrue(new AcceptanceTable(result).csv().contains("a and b,kappa,,,,,,,\r\n"));
    assertTrue(result.json().contains("\"kappa\" : null"));
  }

  private static void assertRefused(String words, List<Appraisal> all) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> result(AttributeStudy.of(all)))
            .getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void refusesWhatIsNoStudy() {
    assertRefused("no decision", List.of());
    assertRefused("m decided about no defective part", both());
    assertRefused("no good part", List.of(by("m", "d", true, 1, Decision.GOOD)));
    List<Appraisal> twice = both(Decision.GOOD);
    twice.add(by("m", "g", false, 1, Decision.DEFECT));
    assertRefused("trial 1 of part g by m stands twice", twice);
    List<Appraisal> torn = both(Decision.GOOD);
    torn.add(by("n", "g", true, 1, Decision.DEFECT));
    assertRefused("part g is good and defective", torn);
    List<Appraisal> strangers = both(Decision.GOOD);
    strangers.add(by("n", "other g", false, 1, Decision.GOOD));
    strangers.add(by("n", "other d", true, 1, Decision.GOOD));
    assertRefused("m, n have no trial of a part in common", strangers);
  }
}
