package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.calibration.Suspect;
import dev.flowline.io.Images;
import dev.flowline.page.HostileText;
import dev.flowline.page.ParsedPage;
import dev.flowline.segmentation.FusedAnomalyMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuspectsPageTest {
  private static SuspectsPage page(
      String title, Map<String, String> facts, List<Path> files, int suspects, boolean leftOut) {
    FusedAnomalyMap map = new FusedAnomalyMap(4, 6, new float[24]);
    map.levels()[7] = 0.75f;
    List<SuspectsPage.SuspectImage> rows =
        files.stream()
            .map(
                file ->
                    new SuspectsPage.SuspectImage(
                        file,
                        new Suspect(0, -3.25, 0.01, 0.02),
                        map,
                        List.of(Path.of("alike of " + file))))
            .toList();
    return new SuspectsPage(
        title,
        facts,
        rows,
        suspects,
        200,
        leftOut,
        "gear-suspects.csv",
        file -> Images.toBufferedImage(TinyLine.good(1, 32, 48)));
  }

  @Test
  void itSaysHowManyThereAreAndWhatBecomesOfThem() {
    List<Path> files = List.of(Path.of("a.png"), Path.of("b.png"));
    ParsedPage kept = ParsedPage.of(page("gear", Map.of(), files, 5, false).html());
    kept.assertHarmless();
    assertTrue(
        kept.shown()
            .contains("5 of 200 training images look defective; the model is trained with them."),
        kept.shown());
    assertTrue(kept.shown().contains("3 more are in gear-suspects.csv"), kept.shown());
    assertTrue(
        kept.shown().contains("p = 0.0100, log10NFA −3.25, 0.0200 as strange"), kept.shown());
    assertTrue(kept.shown().contains("strange 0.75"), kept.shown());
    assertEquals(6, kept.elements("img").size());
    ParsedPage one = ParsedPage.of(page("gear", Map.of(), files.subList(0, 1), 1, true).html());
    assertTrue(
        one.shown()
            .contains("1 of 200 training images looks defective; the model is trained without it."),
        one.shown());
  }

  @Test
  void whatUsersNameIsEscaped() {
    HostileText text = new HostileText();
    String html =
        page(
                text.in("title"),
                Map.of(text.in("fact"), text.in("value")),
                List.of(Path.of(text.fileName("file"))),
                1,
                false)
            .html();
    text.assertShownBy(html);
  }
}
