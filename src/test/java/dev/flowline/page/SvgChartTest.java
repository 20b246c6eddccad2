package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.metrics.Curve;
import gg.jte.html.HtmlContent;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class SvgChartTest {
  private static String card(SvgChart chart, HostileText text) {
    Card card =
        new Card(
            text.in("heading"),
            chart.svg(text.in("title"), text.in("x"), text.in("y")),
            List.of(new Card.Key("first", text.in("key"))),
            text.in("reading"));
    HtmlContent main = output -> JtecardGenerated.render(output, null, card);
    return Html.render(output -> JtepageGenerated.render(output, null, "test", "", "", main));
  }

  @Test
  void anyTextIsShownAsItIs() {
    HostileText text = new HostileText();
    SvgChart chart = new SvgChart(0, 1, 0, 1);
    chart.upright(0.5, text.in("upright"), "ink").named(0.2, 0.3, text.in("named"), "model");
    text.assertShownBy(card(chart, text));
  }

  private static Rectangle2D box(Element label) {
    double width = 6.9 * label.getTextContent().length();
    double x = Double.parseDouble(label.getAttribute("x"));
    return new Rectangle2D.Double(
        label.getAttribute("text-anchor").equals("end") ? x - width : x,
        Double.parseDouble(label.getAttribute("y")) - 11,
        width,
        14);
  }

  private static List<Element> labels(SvgChart chart) {
    return ParsedPage.of(card(chart, new HostileText())).elements("text", "label");
  }

  /** A curve along the upper edge, as that of a rule by which every image alarms. */
  @Test
  void aLabelCoversNoCurve() {
    for (int turn = 0; turn <= 20; turn++) {
      double at = turn / 20.0;
      Curve edge = new Curve(new double[] {0, at, 1}, new double[] {0, 1, 1});
      Curve other = new Curve(new double[] {0, 0.3, 1}, new double[] {0.7, 0.8, 0.75});
      SvgChart chart =
          new SvgChart(0, 1, 0, 1)
              .line(edge, "first")
              .line(other, "second")
              .upright(0.45, "threshold", "ink")
              .upright(0.55, "another one", "ink");
      List<Element> labels = labels(chart);
      assertEquals(2, labels.size());
      for (Element label : labels) {
        Rectangle2D box = box(label);
        for (Curve curve : List.of(edge, other)) {
          for (int i = 1; i < curve.points(); i++) {
            assertFalse(
                box.intersectsLine(
                    52 + 334 * curve.x()[i - 1],
                    236 - 220 * curve.y()[i - 1],
                    52 + 334 * curve.x()[i],
                    236 - 220 * curve.y()[i]),
                label.getTextContent() + " covers a curve that turns at " + at);
          }
        }
        assertTrue(new Rectangle2D.Double(52, 16, 334, 220).contains(box), "within the chart");
      }
      assertFalse(box(labels.get(0)).intersects(box(labels.get(1))), "labels cover each other");
    }
  }

  /** Dots close together have their names beside each other, not on each other. */
  @Test
  void namesOfCloseDotsDoNotCoverEachOther() {
    SvgChart chart = new SvgChart(0, 1, 0, 1);
    chart.line(new Curve(new double[] {0, 1}, new double[] {0, 1}), "first");
    chart.named(0.5, 0.5, "50 %", "model").named(0.88, 0.88, "99 %", "model");
    chart.named(0.92, 0.92, "99.9 %", "model").named(0.5, 0.5, "two", "model");
    List<Element> labels = labels(chart);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < i; j++) {
        assertFalse(box(labels.get(i)).intersects(box(labels.get(j))), i + " covers " + j);
      }
    }
  }

  /** A curve counts once, however finely it is drawn: its segments outweigh no label. */
  @Test
  void namesOfDotsOnACurveOfManyPointsDoNotCoverEachOther() {
    double[] x = new double[241];
    for (int i = 0; i < x.length; i++) {
      x[i] = i / 240.0;
    }
    Curve curve = new Curve(x, x);
    for (double last = 0.9; last < 0.97; last += 0.01) {
      SvgChart chart = new SvgChart(0, 1, 0, 1).line(curve, "first");
      chart.named(last, last, "99.9 %", "model").named(last - 0.06, last - 0.06, "99 %", "model");
      List<Element> labels = labels(chart);
      assertFalse(box(labels.get(0)).intersects(box(labels.get(1))), "at " + last);
    }
  }

  /** On a screen of 390 pixels, with what the style sheet leaves of it, a text has 10 or more. */
  @Test
  void textIsLegibleOnATelephone() {
    ParsedPage page = ParsedPage.of(card(new SvgChart(0, 1, 0, 1), new HostileText()));
    String css = page.texts("style").get(0);
    double font = pixels(css, "\\.chart text \\{[^}]*font-size: (\\d+)px");
    String narrow = css.substring(css.indexOf("@media (max-width: 640px)"));
    double margin = pixels(narrow, "header, main \\{ padding-left: (\\d+)px");
    double padding = pixels(narrow, "\\.card \\{ padding: \\d+px (\\d+)px");
    String[] viewBox = page.elements("svg").get(0).getAttribute("viewBox").split(" ");
    double scale = (390 - 2 * (margin + padding + 1)) / Double.parseDouble(viewBox[2]);
    assertTrue(font * scale >= 10, font * scale + " pixels");
  }

  private static double pixels(String css, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(css);
    assertTrue(found.find(), pattern);
    return Double.parseDouble(found.group(1));
  }

  @Test
  void labelsLieAboveEverythingElse() {
    SvgChart chart = new SvgChart(0, 1, 0, 1).named(0.5, 0.5, "name", "model");
    chart.line(new Curve(new double[] {0, 1}, new double[] {0, 1}), "first");
    List<Element> all = ParsedPage.of(card(chart, new HostileText())).elements("*");
    List<String> drawn = all.stream().map(e -> e.getAttribute("class")).toList();
    assertTrue(drawn.indexOf("label model") > drawn.indexOf("line first"), drawn.toString());
    assertTrue(drawn.indexOf("label model") > drawn.indexOf("dot model"), drawn.toString());
  }

  @Test
  void barsStandWhereTheirValuesAre() {
    SvgChart chart = new SvgChart(0, 4, 0, 10).bars(new double[] {5, 0, 10, 2.5}, "good");
    List<Element> bars = ParsedPage.of(card(chart, new HostileText())).elements("rect", "bar");
    assertEquals(3, bars.size(), "nothing is drawn for 0");
    double quarter = 334 / 4.0;
    double[][] expected = {{0, 110}, {2, 220}, {3, 55}};
    for (int i = 0; i < 3; i++) {
      double height = Double.parseDouble(bars.get(i).getAttribute("height"));
      double y = Double.parseDouble(bars.get(i).getAttribute("y"));
      double x = Double.parseDouble(bars.get(i).getAttribute("x"));
      assertEquals(expected[i][1], height, 0.06);
      assertEquals(236, y + height, 0.11, "on the base");
      assertEquals(52 + expected[i][0] * quarter + 0.5, x, 0.06);
    }
  }
}
