package dev.flowline.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.CountBand;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.eval.NoiseImages;
import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoodnessOfFitPageTest {
  private static final int IMAGES = 60;
  private static final SegmentationOptions BY_SIZE =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, -0.5);

  private static final RelativeMaxima AS_IT_IS =
      new RelativeMaxima(new float[] {0.5f}, RelativeMaxima.NO_BASELINE);

  private static ParsedPage page(GoodnessOfFitStudy study) {
    ParsedPage page = ParsedPage.of(new GoodnessOfFitPage("t", study).html());
    page.assertHarmless();
    assertEquals("report.html", page.elements("a").get(0).getAttribute("href"));
    assertFalse(page.shown().contains("NaN") || page.shown().contains("Infinity"), page.shown());
    return page;
  }

  /** Returns the last cell of a rule's row at a log10 ε. */
  private static String bound(ParsedPage page, String rule, String log10Epsilon) {
    List<String> row = page.row(rule, log10Epsilon);
    return row.get(row.size() - 1);
  }

  private static String verdict(ParsedPage page) {
    return page.text("p", "verdict");
  }

  private static void assertSays(ParsedPage page, String sentence) {
    assertTrue(
        page.texts("li").stream().anyMatch(s -> s.contains(sentence)), page.texts("li") + "");
  }

  @Test
  void anyTitleIsShownAsItIs() {
    HostileText text = new HostileText();
    GoodnessOfFitStudy study = new NoiseImages(1, 0).study(BY_SIZE, 2);
    text.assertShownBy(new GoodnessOfFitPage(text.in("title"), study).html());
  }

  @Test
  void whiteNoiseIsWhiteNoise() {
    NoiseImages noise = new NoiseImages(1, 0);
    SegmentationOptions test = BY_SIZE.withLaw(noise.law(40));
    ParsedPage page = page(noise.study(test, IMAGES));
    assertTrue(verdict(page).contains("chi-square holds"), verdict(page));
    assertTrue(verdict(page).contains("keeps its bound"), verdict(page));
    for (DetectionRule rule : DetectionRule.values()) {
      assertEquals("promises nothing", bound(page, rule.title, "0"), "the bound is 100 %");
      for (String log10Epsilon : new String[] {"−1", "−2"}) {
        assertEquals("kept", bound(page, rule.title, log10Epsilon));
      }
    }
    assertSays(page, "not combined with a count of polyominoes");
  }

  /** A relative law has a class of its own for images that are stranger all over. */
  @Test
  void theBaselinesOfARelativeLawHaveACurve() {
    NoiseImages noise = new NoiseImages(1, 0);
    RegionLaw law = noise.law(40);
    assertTrue(law.isRelative());
    GoodnessOfFitStudy study = noise.study(BY_SIZE.withLaw(law), IMAGES);
    assertTrue(page(study).texts("h3").contains("Baselines: how strange images are all over"));
    double[] shares = study.baselineShares();
    assertEquals(IMAGES, shares.length);
    for (int i = 1; i < IMAGES; i++) {
      assertTrue(shares[i - 1] <= shares[i] && shares[i] <= 1 && shares[0] > 0, shares[i] + "");
    }
    double tenth = shares[IMAGES / 10];
    assertTrue(tenth > 0.02 && tenth < 0.3, "as the images of the law: " + tenth);
    List<float[]> levels = law.maxima();
    ParsedPage plain = page(noise.study(BY_SIZE.withLaw(new RegionLaw(levels)), 3));
    assertFalse(plain.shown().contains("Baselines"), "levels as they are have none");
    GoodnessOfFitStudy others = new NoiseImages(2, 3).study(BY_SIZE.withLaw(law), IMAGES);
    assertTrue(others.baselineShares()[IMAGES / 2] < 0.05, "other images are strange all over");
  }

  @Test
  void heavyTailsBreakChiSquareAndNotTheLaw() {
    NoiseImages noise = new NoiseImages(1, 5);
    SegmentationOptions test = BY_SIZE.withLaw(noise.law(40));
    ParsedPage page = page(noise.study(test, IMAGES));
    assertTrue(verdict(page).contains("At no scale are energies"), verdict(page));
    assertTrue(verdict(page).contains("keeps its bound"), verdict(page));
    assertEquals("exceeded", bound(page, DetectionRule.BY_SIZE.title, "−2"));
    assertEquals("exceeded", bound(page, DetectionRule.EXACT.title, "−2"));
    assertEquals("kept", bound(page, DetectionRule.CALIBRATED.title, "−2"));
    assertSays(page, "does not keep its bound on false alarms here");
  }

  /** A law of other parts promises too much. */
  @Test
  void aLawOfOtherPartsIsFoundOut() {
    SegmentationOptions test = BY_SIZE.withLaw(new NoiseImages(1, 0).law(40));
    ParsedPage page = page(new NoiseImages(2, 5).study(test, IMAGES));
    assertTrue(verdict(page).contains("does not keep its bound either"), verdict(page));
    assertEquals("exceeded", bound(page, DetectionRule.CALIBRATED.title, "−1"));
  }

  @Test
  void withoutALawItSaysHowToGetOne() {
    ParsedPage page = page(new NoiseImages(1, 5).study(BY_SIZE, 3));
    assertFalse(page.shown().contains(DetectionRule.CALIBRATED.title));
    assertSays(page, "which does not hold here");
    assertSays(page, "'flowline calibrate' measures a region law");

    ParsedPage right = page(new NoiseImages(1, 0).study(BY_SIZE, 3));
    assertFalse(right.shown().contains("does not hold here"));
    assertSays(right, "nothing in these images contradicts chi-square");
  }

  /** A study of 20 images of one position, of which so many alarm by the threshold of the model. */
  private static GoodnessOfFitStudy ownThreshold(int alarms) {
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 1; i <= 19; i++) {
      images.add(new CalibrationImage(-i, null, null));
    }
    GoodnessOfFitStudy study =
        new GoodnessOfFitStudy(
            List.of(new long[] {1, 3, 1, 1}),
            BY_SIZE,
            Calibration.of(images, new FalseAlarmRate(0.1, null)));
    for (int i = 0; i < 20; i++) { // the threshold is −18
      study.add(
          new LatentProbe.Seen(
              List.of(new float[] {1}), AS_IT_IS, new float[] {1, i < alarms ? -20 : 1, 1}));
    }
    return study;
  }

  @Test
  void theModelsOwnThresholdStandsBesideItsGuarantee() {
    ParsedPage page = page(ownThreshold(18));
    assertEquals("exceeded", bound(page, "the model's own threshold", "−18"));
    assertSays(page, "at most 10.0 % of good images; 18 of 20 alarm here");
    assertTrue(
        page.texts("p").stream().anyMatch(p -> p.contains("latents that have positions")),
        "one position has no map");
  }

  /** As many alarms as chance explains are no fault of the threshold; one more is. */
  @Test
  void theModelsOwnThresholdKeepsItsGuaranteeUpToTheBand() {
    int most = CountBand.of(0.1, 20, 19).high();
    assertTrue(most > 2 && most < 20, "band up to " + most);
    assertEquals("kept", bound(page(ownThreshold(most)), "the model's own threshold", "−18"));
    assertEquals(
        "exceeded", bound(page(ownThreshold(most + 1)), "the model's own threshold", "−18"));
  }

  /**
   * Returns the sentence on the rule by size, the log10 NFA of the strongest region being given.
   */
  private static String bySize(float strongest) {
    GoodnessOfFitStudy study =
        new GoodnessOfFitStudy(List.of(new long[] {1, 3, 1, 1}), BY_SIZE, null);
    for (float smallest : new float[] {strongest, 9, 9}) {
      study.add(
          new LatentProbe.Seen(List.of(new float[] {1}), AS_IT_IS, new float[] {9, smallest, 9}));
    }
    return new GoodnessOfFitSummary(study).rules().get(1);
  }

  /** A rule by which no image would alarm even at ε = 1 is said to hardly ever alarm, no other. */
  @Test
  void aRuleThatStaysFarFromAnAlarmIsInsensitive() {
    assertTrue(bySize(3).contains("hardly ever alarms") && bySize(3).contains("3.00"), bySize(3));
    assertTrue(bySize(0.01f).contains("hardly ever alarms"), bySize(0.01f));
    assertFalse(bySize(0).contains("hardly ever alarms"), bySize(0));
    assertTrue(
        bySize(-0.5f).endsWith("the bound is 10 %, and 0 of 3 good images alarm."), bySize(-0.5f));
  }

  @Test
  void theSameImagesMakeTheSamePage() {
    String[] pages = new String[2];
    Arrays.setAll(
        pages, i -> new GoodnessOfFitPage("t", new NoiseImages(9, 0).study(BY_SIZE, 4)).html());
    assertEquals(pages[0], pages[1]);
  }
}
