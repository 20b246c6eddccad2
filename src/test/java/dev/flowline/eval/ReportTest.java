package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
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

  private static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void isWellFormedAndNeedsNothingFromOutside() throws Exception {
    SyntheticTestSet set = SyntheticTestSet.of(5, 12, 3, 48, folder);
    String html = report(set.evaluation(10).finish()).html();
    Document page = parse(html);
    int pictures = 0;
    var elements = page.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      for (String attribute : new String[] {"src", "href", "xlink:href", "data", "action"}) {
        if (element.hasAttribute(attribute)) {
          assertTrue(element.getAttribute(attribute).startsWith("data:image/"), html);
          pictures++;
        }
      }
    }
    assertTrue(pictures >= 10 * 4, pictures + " pictures");
    assertFalse(html.contains("http://") || html.contains("https://"), "no address");
    assertFalse(html.contains("<script") || html.contains("<link"), "no script, no link");
    assertFalse(html.matches("(?s).*(url\\(|@import|@font-face).*"), "no font from outside");
    assertFalse(html.contains(folder.toString()), "no path of this machine");
    assertEquals(10, count(html, "<article"));
    assertTrue(html.contains("11 more images"), "says how many are not shown");
    assertTrue(html.contains("Cloth &lt;demo&gt; &amp; co"), "text is escaped");
    assertFalse(text(html).contains("NaN") || text(html).contains("{{"), "no leftovers");
  }

  @Test
  void hasTheSameBytesForTheSameData() throws IOException {
    SyntheticTestSet set = SyntheticTestSet.of(6, 4, 2, 32, folder);
    assertEquals(
        report(set.evaluation(5).finish()).html(), report(set.evaluation(5).finish()).html());
  }

  @Test
  void copesWithNothingKnown() throws Exception {
    String empty = report(new Evaluation(4, 4, 0, 5).finish()).html();
    parse(empty);
    assertFalse(
        text(empty).contains("NaN") || empty.contains("Infinity"), "unknown figures are dashes");

    Evaluation evaluation = new Evaluation(2, 2, 0, 5);
    float[] map = {0.1f, 0.2f, 0.3f, 0.4f};
    evaluation.add(
        new EvaluatedImage("x", "dent", null, null, map, new float[] {-1, 3, 3, 3}, 0.4, -1, null));
    String html = report(evaluation.finish()).html();
    parse(html);
    assertTrue(html.contains("not readable") && html.contains("no mask"));
    assertFalse(text(html).contains("NaN"), "unknown figures are dashes");
  }

  @Test
  void isWrittenBesideTheJson() throws IOException {
    EvaluationResult result = SyntheticTestSet.of(7, 2, 1, 24, null).evaluation(2).finish();
    Path page = report(result).write(folder.resolve("new/report"));
    assertEquals(report(result).html(), Files.readString(page));
    assertEquals(result.json() + "\n", Files.readString(page.resolveSibling("evaluation.json")));
  }

  @Test
  void overviewLinksToProductsOfAnyName() throws Exception {
    String name = "50% #1 <a> \"é\"?";
    EvaluationResult result = SyntheticTestSet.of(8, 2, 1, 24, null).evaluation(2).finish();
    Overview overview = new Overview("Lines", Map.of(name, result), ReportTest::read);
    Document page = parse(overview.html());
    Element link = (Element) page.getElementsByTagName("a").item(0);
    assertEquals(name, link.getTextContent());
    URI address = new URI(link.getAttribute("href"));
    assertEquals(name + "/report.html", address.getPath());
    assertEquals(List.of("product", "found", "false alarms"), headings(page).subList(0, 3));
    assertEquals(EvaluationTable.HEADINGS.subList(3, 9), headings(page).subList(3, 9));
    assertEquals(overview.html(), Files.readString(overview.write(folder)));
  }

  private static List<String> headings(Document page) {
    var cells = ((Element) page.getElementsByTagName("thead").item(0)).getElementsByTagName("th");
    return IntStream.range(0, cells.getLength())
        .mapToObj(i -> cells.item(i).getTextContent())
        .toList();
  }

  /** Without the pictures, whose base64 may spell anything. */
  private static String text(String html) {
    return html.replaceAll("data:image/[^\"]*", "");
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
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
