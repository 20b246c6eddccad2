package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.metrics.Curve;
import java.awt.geom.Rectangle2D;
import java.util.List;
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
    String html = Html.render(output -> JtecardGenerated.render(output, null, card));
    return "<html><head><style/></head><body>" + html + "</body></html>";
  }

  @Test
  void anyTextIsShownAsItIs() {
    HostileText text = new HostileText();
    SvgChart chart = new SvgChart(0, 1, 0, 1);
    chart.upright(0.5, text.in("upright"), "ink").named(0.2, 0.3, text.in("named"), "model");
    text.assertShownBy(card(chart, text));
  }

  private static Rectangle2D box(Element label) {
    double width = 6.4 * label.getTextContent().length();
    double x = Double.parseDouble(label.getAttribute("x"));
    return new Rectangle2D.Double(
        label.getAttribute("text-anchor").equals("end") ? x - width : x,
        Double.parseDouble(label.getAttribute("y")) - 10,
        width,
        13);
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
              .upright(0.45, "log10ε of the model", "ink")
              .upright(0.55, "another one", "ink");
      List<Element> labels = labels(chart);
      assertEquals(2, labels.size());
      for (Element label : labels) {
        Rectangle2D box = box(label);
        for (Curve curve : List.of(edge, other)) {
          for (int i = 1; i < curve.points(); i++) {
            assertFalse(
                box.intersectsLine(
                    52 + 454 * curve.x()[i - 1],
                    256 - 240 * curve.y()[i - 1],
                    52 + 454 * curve.x()[i],
                    256 - 240 * curve.y()[i]),
                label.getTextContent() + " covers a curve that turns at " + at);
          }
        }
        assertTrue(new Rectangle2D.Double(52, 16, 454, 240).contains(box), "within the chart");
      }
      assertFalse(box(labels.get(0)).intersects(box(labels.get(1))), "labels cover each other");
    }
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
    double quarter = 454 / 4.0;
    double[][] expected = {{0, 120}, {2, 240}, {3, 60}};
    for (int i = 0; i < 3; i++) {
      double height = Double.parseDouble(bars.get(i).getAttribute("height"));
      double y = Double.parseDouble(bars.get(i).getAttribute("y"));
      double x = Double.parseDouble(bars.get(i).getAttribute("x"));
      assertEquals(expected[i][1], height, 0.06);
      assertEquals(256, y + height, 0.11, "on the base");
      assertEquals(52 + expected[i][0] * quarter + 0.5, x, 0.06);
    }
  }
}
