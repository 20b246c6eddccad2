package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.MeasuredRepeatability;
import dev.flowline.cli.LocaleTest;
import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.AnomalyKind;
import dev.flowline.data.synthesis.SynthesizedSet;
import dev.flowline.line.UndecidedReason;
import dev.flowline.line.Verdict;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

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
    Map<String, List<String>> tiles = tiles(page);
    assertEquals(Numbers.fixed(result.nfaImageAuroc(), 4), tiles.get("image AUROC").get(0));
    String beside = tiles.get("image AUROC").get(1);
    assertTrue(beside.endsWith("score " + Numbers.fixed(result.imageAuroc(), 4)), beside);
    assertEquals(Numbers.fixed(result.pixelAuroc(), 4), tiles.get("pixel AUROC").get(0));
    assertEquals(Numbers.fixed(result.aupro(), 4), tiles.get("AUPRO").get(0));
    assertEquals(Numbers.fixed(result.meanIou().automatic(), 4), tiles.get("mIoU of masks").get(0));
    for (List<String> row : new EvaluationTable(result).rows()) {
      assertEquals(row, page.row(row.get(0)));
    }
    assertEquals(
        Numbers.fixed(result.timings().get("flow").medianMillis(), 2), page.row("flow").get(1));
    assertEquals(5, page.elements("svg", "chart").size());
  }

  /** Returns value and note of each tile by its name. */
  private static Map<String, List<String>> tiles(ParsedPage page) {
    Map<String, List<String>> tiles = new LinkedHashMap<>();
    for (Element tile : page.elements("div", "tile")) {
      NodeList parts = tile.getElementsByTagName("*");
      tiles.put(
          parts.item(0).getTextContent(),
          List.of(parts.item(1).getTextContent(), parts.item(2).getTextContent()));
    }
    return tiles;
  }

  /** An image of 2 × 2 pixels whose first one has a log10NFA; the ground truth marks one. */
  private static EvaluatedImage image(String name, String type, float log10Nfa, Integer marked) {
    boolean[] truth = marked == null ? null : new boolean[4];
    if (marked != null) {
      truth[marked] = true;
    }
    float[] map = {0.1f, 0.2f, 0.3f, 0.4f};
    float[] log10Nfas = {log10Nfa, 3, 3, 3};
    return new EvaluatedImage(
        name, type, null, truth, map, log10Nfas, 0.4, log10Nfa, null, null, null);
  }

  /** Two good images, one of them alarming; four defects: missed, elsewhere, and two found. */
  static Evaluation sixImages() {
    return sixImages(null);
  }

  private static Evaluation sixImages(CalibratedGuardBand band) {
    Calibration calibration =
        Calibration.of(
            IntStream.range(0, 39).mapToObj(i -> new CalibrationImage(i, null, null)).toList(),
            new FalseAlarmRate(0.05, null));
    Evaluation evaluation = new Evaluation(2, 2, calibration.log10Epsilon(), calibration, band, 10);
    evaluation.add(image("quiet", Sample.GOOD, 2, null));
    evaluation.add(image("alarming", Sample.GOOD, -1, null));
    evaluation.add(image("overlooked", "dent", 2, 0));
    evaluation.add(image("beside", "dent", -2, 3));
    evaluation.add(image("hit", "dent", -3, 0));
    evaluation.add(image("hit too", "stain", -4, 0));
    return evaluation;
  }

  @Test
  void theConfusionMatrixCountsImagesByWhatTheyAreAndWhatTheyAreJudged() {
    ParsedPage page = ParsedPage.of(report(sixImages().finish()).html());
    assertEquals(List.of("2 good images", "1right", "1false alarm"), page.row("2 good images"));
    assertEquals(
        List.of("4 defective images", "1missed", "32 found1 alarmed elsewhere"),
        page.row("4 defective images"));
  }

  /**
   * The six images with a band from −2.5 to below 1.5: one good and one defective are undecided.
   */
  @Test
  void undecidedImagesAreNeitherRightNorWrong() throws IOException {
    CalibratedGuardBand band =
        new CalibratedGuardBand(
            3.5, 0.5, new MeasuredRepeatability(8, 40, 0.6, 28, 0.95, 0.1, true), null);
    EvaluationResult result = sixImages(band).finish();
    assertEquals(
        new UndecidedImages(UndecidedReason.SYNTHETIC_REPEATABILITY, -2.5, 1.5, 1, 1),
        result.undecided());
    assertEquals(
        List.of(0, 2, 0),
        List.of(
            result.falseAlarmImages(),
            result.defectImagesFound(),
            result.defectImagesAlarmedElsewhere()));
    ParsedPage page = ParsedPage.of(report(result).html());
    page.assertHarmless();
    assertEquals(
        List.of("2 good images", "1right", "1to be looked at", "0false alarm"),
        page.row("2 good images"));
    assertEquals(
        List.of("4 defective images", "1missed", "1to be looked at", "22 found0 alarmed elsewhere"),
        page.row("4 defective images"));
    String html = report(result).html();
    assertTrue(
        html.contains("judged UNDECIDED") && html.contains("within synthetic repeatability"));
    List<String> tile = tiles(page).get("undecided");
    assertEquals("33.3 %", tile.get(0));
    List<Verdict> verdicts =
        ImageTable.of(result).images().stream().map(ImageTable.Row::verdict).toList();
    assertEquals(
        List.of(
            Verdict.GOOD,
            Verdict.UNDECIDED,
            Verdict.GOOD,
            Verdict.UNDECIDED,
            Verdict.DEFECT,
            Verdict.DEFECT),
        verdicts);
    assertTrue(
        new EvaluationTable(result)
            .toString()
            .contains(
                "undecided     1 good image and 1 defective image, log10NFA from −2.50 to below 1.50"));
    EvaluationResult without = sixImages().finish();
    assertNull(without.undecided());
    assertFalse(without.json().contains("undecided"));
    assertFalse(report(without).html().contains("UNDECIDED"));
    assertEquals(result.operatingPoint(), without.operatingPoint(), "rates are of thresholds");

    Map<String, EvaluationResult> products = new LinkedHashMap<>();
    products.put("banded", result);
    products.put("plain", without);
    ParsedPage overview = ParsedPage.of(new Overview("all", products, ReportTest::read).html());
    overview.assertHarmless();
    assertTrue(
        overview
            .text("p", "verdict")
            .endsWith(". 2 images UNDECIDED: a person has to look at them."),
        overview.text("p", "verdict"));
    assertEquals("undecided", overview.row("product").get(3));
    assertEquals("2 of 6", overview.row("banded").get(3));
    assertEquals("0", overview.row("plain").get(3));
    assertFalse(
        new Overview("all", Map.of("plain", without), ReportTest::read)
            .html()
            .contains("undecided"));
  }

  /** No false alarm and no miss are no fault, and have no colour of one. */
  @Test
  void aKindOfErrorWithoutImagesHasNoColour() {
    List<ConfusionMatrix.Row> rows = new ConfusionMatrix(5, 0, 1, 3, 0, null).rows();
    assertEquals("right", rows.get(0).good().css());
    assertEquals("", rows.get(0).defect().css());
    assertEquals("wrong", rows.get(1).good().css());
    assertEquals("right", rows.get(1).defect().css());
  }

  /** All images have one anomaly score here, which decides nothing. */
  @Test
  void theTileShowsTheAurocOfTheNumberThatDecides() {
    EvaluationResult result = sixImages().finish();
    assertEquals(0.5, result.imageAuroc());
    assertEquals(0.8125, result.nfaImageAuroc());
    List<String> tile = tiles(ParsedPage.of(report(result).html())).get("image AUROC");
    assertEquals("0.8125", tile.get(0));
    assertTrue(tile.get(1).endsWith("0.5000"), tile.get(1));
  }

  @Test
  void theGuaranteedRateStandsBesideTheFalseAlarms() {
    EvaluationResult result = sixImages().finish();
    ParsedPage page = ParsedPage.of(report(result).html());
    String guaranteed = "(guaranteed: at most 5.0 %)";
    String verdict = page.text("p", "verdict");
    assertTrue(
        verdict.endsWith("1 of 2 good images with a false alarm " + guaranteed + "."), verdict);
    assertEquals("1 of 2 good images " + guaranteed, tiles(page).get("false alarms").get(1));
    ParsedPage overview =
        ParsedPage.of(new Overview("all", Map.of("a", result), ReportTest::read).html());
    assertTrue(overview.text("p", "verdict").endsWith(guaranteed + "."));
    assertEquals("≤ 5.0 %", overview.row("a").get(4));
    assertEquals(
        List.of("alarming", "beside", "hit too"),
        overview.elements("article").stream().map(e -> e.getAttribute("data-name")).toList(),
        "the overview shows a false alarm, too");
  }

  /** What the script filters and sorts by stands at each image; without it all are there. */
  @Test
  void theGalleryCanBeFilteredAndSorted() {
    ParsedPage page = ParsedPage.of(report(sixImages().finish()).html());
    Map<String, List<String>> images = new LinkedHashMap<>();
    for (Element image : page.elements("article")) {
      images.put(
          image.getAttribute("data-name"),
          Stream.of("verdict", "outcome", "type", "nfa")
              .map(key -> image.getAttribute("data-" + key))
              .toList());
      assertEquals(Integer.toString(images.size() - 1), image.getAttribute("data-rank"));
    }
    assertEquals(List.of("wrong", "false_alarm", "good", "-1.0"), images.get("alarming"));
    assertEquals(List.of("wrong", "missed", "dent", "2.0"), images.get("overlooked"));
    assertEquals(List.of("right", "alarmed_elsewhere", "dent", "-2.0"), images.get("beside"));
    assertEquals(List.of("right", "found", "stain", "-4.0"), images.get("hit too"));
    assertEquals(List.of("right", "clear", "good", "2.0"), images.get("quiet"));
    for (Element select : page.elements("select")) {
      String key = select.getAttribute("data-filter");
      if (!key.isEmpty()) {
        int column = List.of("verdict", "outcome", "type").indexOf(key);
        Set<String> choices = new HashSet<>();
        NodeList options = select.getElementsByTagName("option");
        for (int i = 0; i < options.getLength(); i++) {
          choices.add(((Element) options.item(i)).getAttribute("value"));
        }
        assertTrue(choices.remove(""), "all of them");
        assertEquals(
            images.values().stream().map(of -> of.get(column)).collect(Collectors.toSet()),
            choices,
            "the choices are those that there are");
      }
    }
    assertEquals("hidden", page.elements("div", "controls").get(0).getAttribute("hidden"));
  }

  /** Every pixel of the log10NFA map is red if and only if it is detected, whatever its size. */
  @Test
  void theMapOfLog10NfaIsRedWhereItDetects() {
    ParsedPage page = ParsedPage.of(report(sixImages().finish()).html());
    int maps = 0;
    for (Element img : page.elements("img")) {
      if (img.getAttribute("alt").equals("log10NFA")) {
        String name =
            ((Element) img.getParentNode().getParentNode().getParentNode())
                .getAttribute("data-name");
        BufferedImage map = ParsedPage.picture(img);
        for (int i = 0; i < 4; i++) {
          int rgb = map.getRGB(i % 2, i / 2);
          boolean red = (rgb >> 16 & 0xff) > (rgb & 0xff);
          boolean detected = i == 0 && !name.equals("quiet") && !name.equals("overlooked");
          assertEquals(detected, red, name + " " + i);
        }
        maps++;
      }
    }
    assertEquals(6, maps);
  }

  /** Most users have no masks: what needs them takes no room. */
  @Test
  void withoutMasksThereAreNoEmptyTilesAndCharts() {
    Evaluation evaluation = new Evaluation(2, 2, 0, 5);
    evaluation.add(image("a", Sample.GOOD, 2, null));
    evaluation.add(image("b", "dent", -1, null));
    ParsedPage page = ParsedPage.of(report(evaluation.finish()).html());
    assertEquals(
        List.of("defects found", "false alarms", "image AUROC"), List.copyOf(tiles(page).keySet()));
    assertEquals(
        List.of("histogram of smallest log10 NFA", "ROC curves", "histogram of anomaly scores"),
        page.elements("svg").stream().map(e -> e.getAttribute("aria-label")).toList());
    assertEquals(1, page.elements("polyline").size(), "only the curve of images");
  }

  /** Backgrounds far above the threshold: the images' numbers fill the chart all the same. */
  @Test
  void theHistogramUsesItsWidth() {
    Evaluation evaluation = new Evaluation(2, 2, 0, 0);
    float[] map = {0.1f, 0.2f, 0.3f, 0.4f};
    for (int i = 0; i < 12; i++) {
      String type = i < 6 ? "dent" : Sample.GOOD;
      float[] log10Nfa = {i - 6, 400, 400, 400};
      evaluation.add(
          new EvaluatedImage(
              "" + i, type, null, null, map, log10Nfa, 0.4, i - 6, null, null, null));
    }
    EvaluationResult result = evaluation.finish();
    ParsedPage page = ParsedPage.of(report(result).html());
    Element chart =
        page.elements("svg").stream()
            .filter(e -> e.getAttribute("aria-label").startsWith("histogram of smallest"))
            .findFirst()
            .orElseThrow();
    double left = 1e9;
    double right = 0;
    NodeList bars = chart.getElementsByTagName("rect");
    for (int i = 0; i < bars.getLength(); i++) {
      double x = Double.parseDouble(((Element) bars.item(i)).getAttribute("x"));
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    assertTrue(left < 52 + 0.15 * 334 && right > 52 + 0.85 * 334, left + " to " + right);
  }

  @Test
  void tablesAreHeadedInWords() throws IOException {
    EvaluationResult result = SyntheticTestSet.of(5, 3, 1, 24, null).evaluation(0).finish();
    for (String heading : ParsedPage.of(report(result).html()).texts("th")) {
      assertFalse(heading.matches(".*[a-z][A-Z].*") && !heading.contains("mIoU"), heading);
    }
  }

  /** A defect of a thousandth of the image fills a good part of its enlargement. */
  @Test
  void theSynthesisPageEnlargesTheDefect() {
    BufferedImage good = new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB);
    BufferedImage made = new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB);
    BufferedImage mask = new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB);
    for (int y = 200; y < 210; y++) {
      for (int x = 380; x < 392; x++) {
        made.setRGB(x, y, 0xffffff);
        mask.setRGB(x, y, 0xffffff);
      }
    }
    mask.setRGB(3, 3, 0xffffff); // a spot far away does not spoil it
    Map<String, BufferedImage> files = Map.of("good", good, "made", made, "mask", mask);
    SynthesizedSet.Pair pair =
        new SynthesizedSet.Pair(
            Path.of("good"), Path.of("made"), Path.of("mask"), AnomalyKind.values()[0]);
    ParsedPage page =
        ParsedPage.of(
            new SynthesisPage("t", Map.of(), List.of(pair), 1, f -> files.get(f.toString()))
                .html());
    List<Element> pictures = page.elements("img");
    assertEquals(3, pictures.size());
    assertEquals(400, ParsedPage.picture(pictures.get(0)).getWidth());
    assertEquals(0, bright(ParsedPage.picture(pictures.get(1))));
    BufferedImage enlarged = ParsedPage.picture(pictures.get(2));
    double share = bright(enlarged) / (double) (enlarged.getWidth() * enlarged.getHeight());
    assertTrue(share > 0.08, "share " + share);
    assertEquals(120, bright(enlarged), 25, "and all of it is there");
  }

  private static int bright(BufferedImage picture) {
    int bright = 0;
    for (int i = 0; i < picture.getWidth() * picture.getHeight(); i++) {
      int rgb = picture.getRGB(i % picture.getWidth(), i / picture.getWidth());
      bright += (rgb & 0xff) > 128 ? 1 : 0;
    }
    return bright;
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
        new EvaluatedImage(
            text.in("alarm"), good, null, null, map, log10Nfa, 0.4, -1, null, null, null));
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
            null,
            null,
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
        new EvaluatedImage(
            "x", "dent", null, null, map, new float[] {-1, 3, 3, 3}, 0.4, -1, null, null, null));
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
        List.of("product", "found", "elsewhere", "false alarms", "guaranteed or expected"),
        page.rows().get(0).subList(0, 5));
    assertEquals(
        new EvaluationTable(result).headings().subList(4, 10), page.rows().get(0).subList(5, 11));
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
