package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.cli.LocaleTest;
import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.AnomalyKind;
import dev.flowline.data.synthesis.SynthesizedSet;
import dev.flowline.page.HostileText;
import dev.flowline.page.Numbers;
import dev.flowline.page.ParsedPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class ReportTest {
  @TempDir Path folder;

  static Report report(EvaluationResult result) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", "U-Flow, patch-pca");
    facts.put("trainable parameters", "1,204,224");
    facts.put("input", "256 × 256");
    facts.put("training images", "60 good, 12 of them for validation");
    facts.put("segmentation", "Chernoff, number of tests BY_SIZE, log10ε = 0");
    facts.put("note", "a < b & c > \"d\"");
    return new Report("Cloth <demo> & co", result, facts, ReportTest::read);
  }

  private static BufferedImage read(Path file) {
    try {
      return ImageIO.read(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isWellFormedAndNeedsNothingFromOutside() throws IOException {
    SyntheticTestSet set = SyntheticTestSet.of(5, 12, 3, 48, folder);
    String html = report(set.evaluation(10).finish()).html();
    ParsedPage page = ParsedPage.of(html);
    page.assertHarmless();
    assertEquals("Cloth <demo> & co", page.texts("h1").get(0));
    assertEquals("a < b & c > \"d\"", page.texts("dd").get(5));
    assertEquals(10, page.elements("article").size());
    for (Element row : page.elements("article")) {
      assertEquals(5, row.getElementsByTagName("figure").getLength());
    }
    List<String> notes = page.elements("p", "note").stream().map(Element::getTextContent).toList();
    assertTrue(
        notes.stream().anyMatch(note -> note.startsWith("11 more images")), notes.toString());
    assertFalse(html.contains(folder.toString()), "no path of this machine");
    assertComplete(page);
  }

  private static void assertComplete(ParsedPage page) {
    String shown = page.shown();
    assertFalse(shown.contains("NaN") || shown.contains("Infinity"), "unknown figures are dashes");
    assertFalse(shown.contains("{{") || shown.contains("${"), "no leftovers");
  }

  @Test
  void showsTheFiguresOfTheResult() throws IOException {
    EvaluationResult result = SyntheticTestSet.of(5, 12, 3, 48, folder).evaluation(3).finish();
    ParsedPage page = ParsedPage.of(report(result).html());
    assertEquals(
        result.defectImagesFound()
            + " of 9 defective images found; "
            + result.falseAlarmImages()
            + " of 12 good images with a false alarm.",
        page.text("p", "verdict"));
    List<String> tiles = page.texts("strong");
    assertEquals(Numbers.fixed(result.pixelAuroc(), 4), tiles.get(2));
    assertEquals(Numbers.fixed(result.imageAuroc(), 4), tiles.get(3));
    assertEquals(Numbers.fixed(result.aupro(), 4), tiles.get(4));
    assertEquals(Numbers.fixed(result.meanIou().automatic(), 4), tiles.get(5));
    for (List<String> row : new EvaluationTable(result).rows()) {
      assertEquals(row, page.row(row.get(0)));
    }
    assertEquals(
        Numbers.fixed(result.timings().get("flow").medianMillis(), 2), page.row("flow").get(1));
    assertEquals(5, page.elements("svg", "chart").size());
  }

  @Test
  void everyLocaleReadsTheSame() throws IOException {
    EvaluationResult result = SyntheticTestSet.of(5, 12, 3, 48, folder).evaluation(3).finish();
    Locale usual = Locale.getDefault();
    try {
      String expected = null;
      for (Locale locale : LocaleTest.kinds()) {
        Locale.setDefault(locale);
        String html = report(result).html();
        expected = expected == null ? html : expected;
        assertEquals(expected, html, () -> "in " + locale);
      }
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void anyTextIsShownAsItIs() throws IOException {
    HostileText text = new HostileText();
    Evaluation evaluation = new Evaluation(2, 2, 0, 5);
    float[] map = {0.1f, 0.2f, 0.3f, 0.4f};
    float[] log10Nfa = {-1, 3, 3, 3};
    String good = Sample.GOOD;
    evaluation.add(
        new EvaluatedImage(text.in("alarm"), good, null, null, map, log10Nfa, 0.4, -1, null));
    evaluation.add(
        new EvaluatedImage(
            text.in("image"),
            text.in("defect type"),
            null,
            new boolean[] {true, false, false, false},
            map,
            log10Nfa,
            0.4,
            -1,
            null));
    Map<String, String> facts = Map.of(text.in("fact"), text.in("its value"));
    EvaluationResult result = evaluation.finish();
    text.assertShownBy(new Report(text.in("title"), result, facts, ReportTest::read, true).html());

    HostileText products = new HostileText();
    Map<String, EvaluationResult> results = new LinkedHashMap<>();
    results.put(products.in("product"), result);
    results.put(products.fileName("product"), result);
    products.assertShownBy(new Overview(products.in("title"), results, ReportTest::read).html());
  }

  @Test
  void anyTextOfMadeUpDefectsIsShownAsItIs() {
    HostileText text = new HostileText();
    Path anomaly = Path.of(text.fileName("anomaly"));
    SynthesizedSet.Pair pair =
        new SynthesizedSet.Pair(Path.of("good"), anomaly, Path.of("mask"), AnomalyKind.values()[0]);
    Map<String, String> facts = Map.of(text.in("fact"), text.in("its value"));
    BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    text.assertShownBy(
        new SynthesisPage(text.in("title"), facts, List.of(pair), 1, file -> picture).html());
  }

  @Test
  void hasTheSameBytesForTheSameData() throws IOException {
    SyntheticTestSet set = SyntheticTestSet.of(6, 4, 2, 32, folder);
    assertEquals(
        report(set.evaluation(5).finish()).html(), report(set.evaluation(5).finish()).html());
  }

  @Test
  void copesWithNothingKnown() {
    ParsedPage empty = ParsedPage.of(report(new Evaluation(4, 4, 0, 5).finish()).html());
    assertComplete(empty);
    assertEquals("No test images.", empty.text("p", "verdict"));
    assertTrue(empty.elements("a").isEmpty(), "a link to a page that does not exist");

    Evaluation evaluation = new Evaluation(2, 2, 0, 5);
    float[] map = {0.1f, 0.2f, 0.3f, 0.4f};
    evaluation.add(
        new EvaluatedImage("x", "dent", null, null, map, new float[] {-1, 3, 3, 3}, 0.4, -1, null));
    ParsedPage page = ParsedPage.of(report(evaluation.finish()).html());
    List<String> absent =
        page.elements("div", "empty").stream().map(Element::getTextContent).toList();
    assertEquals(List.of("not readable", "no mask"), absent);
    assertComplete(page);
  }

  @Test
  void isWrittenBesideTheJson() throws IOException {
    EvaluationResult result = SyntheticTestSet.of(7, 2, 1, 24, null).evaluation(2).finish();
    Path page = report(result).write(folder.resolve("new/report"));
    assertEquals(report(result).html(), Files.readString(page));
    assertEquals(result.json() + "\n", Files.readString(page.resolveSibling("evaluation.json")));
  }

  @Test
  void overviewLinksToProductsOfAnyName() throws IOException, URISyntaxException {
    String name = "50% #1 <a> \"é\"?";
    EvaluationResult result = SyntheticTestSet.of(8, 2, 1, 24, null).evaluation(2).finish();
    Overview overview = new Overview("Lines", Map.of(name, result), ReportTest::read);
    ParsedPage page = ParsedPage.of(overview.html());
    Element link = page.elements("a").get(0);
    assertEquals(name, link.getTextContent());
    URI address = new URI(link.getAttribute("href"));
    assertEquals(name + "/report.html", address.getPath());
    assertEquals(
        List.of("product", "found", "elsewhere", "false alarms"), page.rows().get(0).subList(0, 4));
    assertEquals(
        new EvaluationTable(result).headings().subList(4, 9), page.rows().get(0).subList(4, 9));
    assertEquals(overview.html(), Files.readString(overview.write(folder)));
  }

  /** Writes a report to look at: {@code java dev.flowline.eval.ReportTest FOLDER}. */
  public static void main(String[] folder) throws IOException {
    Path target = Path.of(folder[0]);
    Files.createDirectories(target.resolve("images"));
    SyntheticTestSet set = SyntheticTestSet.of(1, 30, 14, 256, target.resolve("images"));
    EvaluationResult result = set.evaluation(60).finish();
    report(result).write(target);
    System.out.print(new EvaluationTable(result));
  }
}
