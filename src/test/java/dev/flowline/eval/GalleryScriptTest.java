package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.page.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of a page in a browser; skipped where there is none. */
class GalleryScriptTest {
  @TempDir Path folder;

  private static final String DRIVER =
      """
      <script>
      const said = [];
      const set = (select, value) => {
        const element = document.querySelector(`select[${select}]`);
        element.value = value;
        element.dispatchEvent(new Event("change"));
      };
      const say = () => said.push([...document.querySelectorAll(".sample")]
        .filter(item => !item.hidden).map(item => item.dataset.name).join("+"));
      const press = (element, key) =>
        element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      say();
      set("data-filter=verdict", "wrong"); say();
      said.push(document.querySelector("[role=status]").textContent);
      set("data-filter=verdict", ""); set("data-filter=type", "dent"); set("data-sort", "lowest"); say();
      set("data-filter=outcome", "missed"); say();
      set("data-filter=outcome", ""); set("data-filter=type", ""); set("data-sort", "name"); say();
      const picture = document.querySelector("article:not([hidden]) figure img");
      press(picture, "Enter");
      const dialog = document.querySelector("dialog");
      said.push(`${dialog.open} ${dialog.querySelector("span").textContent}`);
      press(dialog, "ArrowLeft");
      said.push(dialog.querySelector("span").textContent);
      dialog.querySelector("button:last-of-type").click();
      said.push(`${dialog.open}`);
      document.documentElement.title = said.join(";");
      </script></body>""";

  @Test
  void aGalleryIsFilteredSortedAndEnlargedByKeys() throws IOException, InterruptedException {
    String html = ReportTest.report(ReportTest.sixImages().finish()).html();
    String open = html.replaceFirst("<meta http-equiv[^>]*>", "").replace("</body>", DRIVER);
    Path page = Files.writeString(folder.resolve("page.html"), open);
    Matcher said =
        Pattern.compile("<html[^>]* title=\"([^\"]*)\"").matcher(new Browser(folder).dom(page));
    assertTrue(said.find(), "the driver ran");
    assertEquals(
        List.of(
            "alarming+overlooked+beside+hit+hit too+quiet",
            "alarming+overlooked",
            "2 of 6 images shown",
            "hit+beside+overlooked",
            "overlooked",
            "alarming+beside+hit+hit too+overlooked+quiet",
            "true alarming – anomaly map (1 of 3)",
            "alarming – mask (3 of 3)",
            "false"),
        List.of(said.group(1).split(";")));
  }

  /** The page's own policy lets its script run, and no other. */
  @Test
  void thePolicyLetsOnlyOurScriptRun() throws IOException, InterruptedException {
    String html = ReportTest.report(ReportTest.sixImages().finish()).html();
    String foreign = "<script>document.documentElement.title = \"foreign\";</script></body>";
    Path page = Files.writeString(folder.resolve("page.html"), html.replace("</body>", foreign));
    String dom = new Browser(folder).dom(page);
    assertTrue(dom.contains("6 of 6 images shown"), "ours ran");
    assertTrue(!dom.contains("title=\"foreign\""), "the other one did not");
  }
}
