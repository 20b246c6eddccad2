package dev.flowline.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.eval.NoiseImages;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class GoodnessOfFitPageTest {
  private static final int IMAGES = 60;
  private static final SegmentationOptions BY_SIZE =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, -0.5);

  private static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  /** By name and log10 ε: the table's last column. */
  private static String promise(Document page, String rule, String log10Epsilon) {
    var rows = page.getElementsByTagName("tr");
    for (int i = 0; i < rows.getLength(); i++) {
      List<String> cells = new ArrayList<>();
      for (var cell = rows.item(i).getFirstChild(); cell != null; cell = cell.getNextSibling()) {
        cells.add(cell.getTextContent());
      }
      if (cells.get(0).equals(rule) && cells.get(1).equals(log10Epsilon)) {
        return cells.get(cells.size() - 1);
      }
    }
    throw new AssertionError("no row " + rule + " " + log10Epsilon);
  }

  private static String verdict(Document page) {
    var paragraphs = page.getElementsByTagName("p");
    for (int i = 0; i < paragraphs.getLength(); i++) {
      if (((Element) paragraphs.item(i)).getAttribute("class").equals("verdict")) {
        return paragraphs.item(i).getTextContent();
      }
    }
    throw new AssertionError("no verdict");
  }

  private static void assertComplete(String html) {
    String text = html.replaceAll("data:image/[^\"]*", "");
    assertFalse(text.contains("NaN") || text.contains("Infinity") || text.contains("{{"), text);
    assertFalse(html.contains("http://") || html.contains("https://"), "no address");
    assertTrue(html.contains("href=\"report.html\""), "no link back");
  }

  @Test
  void whiteNoiseIsWhiteNoise() throws Exception {
    NoiseImages noise = new NoiseImages(1, 0);
    SegmentationOptions test = BY_SIZE.withLaw(noise.law(40));
    String html = new GoodnessOfFitPage("Noise <1> & co", noise.study(test, IMAGES)).html();
    Document page = parse(html);
    assertComplete(html);
    assertTrue(verdict(page).contains("chi-square holds"), verdict(page));
    assertTrue(verdict(page).contains("keeps its promises"), verdict(page));
    for (DetectionRule rule : DetectionRule.values()) {
      for (String log10Epsilon : new String[] {"0", "−1", "−2"}) {
        assertEquals("kept", promise(page, rule.title, log10Epsilon));
      }
    }
    assertTrue(html.contains("Noise &lt;1&gt; &amp; co"), "text is escaped");
    assertTrue(html.contains("not combined with a count of polyominoes"));
  }

  @Test
  void heavyTailsBreakChiSquareAndNotTheLaw() throws Exception {
    NoiseImages noise = new NoiseImages(1, 5);
    SegmentationOptions test = BY_SIZE.withLaw(noise.law(40));
    String html = new GoodnessOfFitPage("t", noise.study(test, IMAGES)).html();
    Document page = parse(html);
    assertComplete(html);
    assertTrue(verdict(page).contains("At no scale are energies"), verdict(page));
    assertTrue(verdict(page).contains("keeps its promises"), verdict(page));
    assertEquals("broken", promise(page, DetectionRule.BY_SIZE.title, "−2"));
    assertEquals("broken", promise(page, DetectionRule.EXACT.title, "−2"));
    assertEquals("kept", promise(page, DetectionRule.CALIBRATED.title, "−2"));
    assertTrue(html.contains("promises what it cannot keep here"));
  }

  /** A law of other parts promises too much. */
  @Test
  void aLawOfOtherPartsIsFoundOut() throws Exception {
    SegmentationOptions test = BY_SIZE.withLaw(new NoiseImages(1, 0).law(40));
    String html = new GoodnessOfFitPage("t", new NoiseImages(2, 5).study(test, IMAGES)).html();
    Document page = parse(html);
    assertTrue(verdict(page).contains("does not keep its promises either"), verdict(page));
    assertEquals("broken", promise(page, DetectionRule.CALIBRATED.title, "−1"));
  }

  @Test
  void withoutALawItSaysHowToGetOne() throws Exception {
    String html = new GoodnessOfFitPage("t", new NoiseImages(1, 5).study(BY_SIZE, 3)).html();
    parse(html);
    assertComplete(html);
    assertFalse(html.contains(DetectionRule.CALIBRATED.title));
    assertTrue(html.contains("wrong here") && html.contains("flowline calibrate"));

    String right = new GoodnessOfFitPage("t", new NoiseImages(1, 0).study(BY_SIZE, 3)).html();
    assertFalse(right.contains("wrong here"));
    assertTrue(right.contains("nothing in these images speaks against chi-square"));
  }

  @Test
  void theModelsOwnThresholdStandsBesideItsPromise() throws Exception {
    List<CalibrationImage> images = new ArrayList<>();
    for (int i = 1; i <= 19; i++) {
      images.add(new CalibrationImage(-i, null));
    }
    GoodnessOfFitStudy study =
        new GoodnessOfFitStudy(
            List.of(new long[] {1, 3, 1, 1}),
            BY_SIZE,
            Calibration.of(images, new FalseAlarmRate(0.1, null)));
    for (int i = 0; i < 20; i++) { // 18 of 20 lie below −18
      float smallest = i < 18 ? -20 : 1;
      study.add(
          new LatentProbe.Seen(
              List.of(new float[] {1}), new float[] {0.5f}, new float[] {1, smallest, 1}));
    }
    String html = new GoodnessOfFitPage("t", study).html();
    Document page = parse(html);
    assertComplete(html.replace("–", ""));
    assertEquals("broken", promise(page, "the model's own threshold", "−18"));
    assertTrue(html.contains("at most 10.0 % of good images promised, 18 of 20 alarm here"));
    assertTrue(html.contains("latents that have positions"), "one position has no map");
  }

  @Test
  void theSameImagesMakeTheSamePage() {
    String[] pages = new String[2];
    Arrays.setAll(
        pages, i -> new GoodnessOfFitPage("t", new NoiseImages(9, 0).study(BY_SIZE, 4)).html());
    assertEquals(pages[0], pages[1]);
  }
}
