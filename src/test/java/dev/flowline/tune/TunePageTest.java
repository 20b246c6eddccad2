package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class TunePageTest {
  private static TuneResult result(TuneChoice choice, List<String> notes, TuneRow... rows) {
    List<TuneRow> all = List.of(rows);
    List<String> front = all.stream().filter(TuneRow::pareto).map(TuneRow::label).toList();
    return new TuneResult(
        Map.of("category", "gear"), 50, 0.02, 0, 300, 120, all, front, choice, notes);
  }

  private static TuneResult three() {
    return result(
        new TuneChoice("best", "it finds most.", "./flowline train", "./flowline inspect"),
        List.of("the budget ran out"),
        MadeRows.row("fast", 10, 0.3, 0.6).onFront(true),
        MadeRows.row("beaten", 30, 0.2, 0.7),
        MadeRows.row("best", 40, 0.8, 0.9).onFront(true),
        MadeRows.row("slow", MadeRows.far(400), null, "misses the takt by far"),
        MadeRows.failed("broken"));
  }

  @Test
  void everyCandidateIsARowAndTheFrontIsMarked() {
    ParsedPage page = ParsedPage.of(new TunePage(three()).html());
    page.assertHarmless();
    assertEquals(2, page.elements("span", "pareto").size());
    assertEquals(2, page.elements("circle", "pareto").size());
    assertEquals(1, page.elements("circle", "model").size());
    List<String> best = page.row("3 best Pareto choicereport");
    assertEquals(List.of("40.0", "20.0", "libtorch, 2", "8 of 10", "1 of 20"), best.subList(1, 6));
    assertEquals("–", page.row("4 slowmisses the takt by far").get(1));
    assertEquals("–", page.row("5 brokenfailed: too wild").get(4));
    assertEquals("a/b%20c/report.html", page.elements("a").get(0).getAttribute("href"));
    assertTrue(page.text("p", "recommendation").startsWith("best: it finds most"));
    assertTrue(page.shown().contains("the budget ran out"));
  }

  @Test
  void aPageWithoutAnyResultIsOneToo() {
    TuneResult nothing = result(null, List.of(), MadeRows.row("a", null, null, TuneNotes.BUDGET));
    ParsedPage page = ParsedPage.of(new TunePage(nothing).html());
    page.assertHarmless();
    assertTrue(page.elements("svg").isEmpty());
    assertFalse(new TuneChart(nothing).hasPoints());
  }

  @Test
  void anyTextIsShownAsItIs() {
    HostileText text = new HostileText();
    TuneResult hostile =
        new TuneResult(
            Map.of("category", text.in("category"), text.in("name"), text.in("fact")),
            50,
            0.02,
            0,
            300,
            120,
            List.of(
                MadeRows.row(
                    text.in("label"), MadeRows.latency(9), MadeRows.trial(1, 1), text.in("out"))),
            List.of(),
            new TuneChoice(text.in("chosen"), text.in("why"), text.in("train"), text.in("inspect")),
            List.of(text.in("note")));
    text.assertShownBy(new TunePage(hostile).html());
  }

  @Test
  void thePictureIsAFileOfItsOwn() throws Exception {
    String file = new TuneChart(three()).file();
    Document svg =
        DocumentBuilderFactory.newDefaultNSInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(file)));
    assertEquals("http://www.w3.org/2000/svg", svg.getDocumentElement().getNamespaceURI());
    assertEquals(3, svg.getElementsByTagName("circle").getLength());
    assertTrue(file.contains("takt 50 ms"), file);
  }

  @Test
  void theTableSaysWhatThePageDoes() {
    String text = new TuneTable(three()).toString();
    assertTrue(text.contains("note: the budget ran out"), text);
    assertTrue(text.contains("choice: best: it finds most."), text);
    assertTrue(text.lines().anyMatch(l -> l.startsWith("broken") && l.endsWith("too wild")), text);
    assertTrue(text.lines().anyMatch(l -> l.startsWith("best") && l.endsWith("Pareto")), text);
  }
}
