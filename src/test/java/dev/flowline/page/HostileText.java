package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/** Text that breaks a page or runs in it wherever it is not escaped; it remembers where it went. */
public final class HostileText {
  private final List<String> given = new ArrayList<>();

  /** Returns text for a place of a page. */
  public String in(String place) {
    return remembered(
        place
            + "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;&{{title}}${title}"
            + "<!-- ]]></style>`\u0001\ufffe");
  }

  /** Returns text for a place that takes a file's name. */
  public String fileName(String place) {
    return remembered("javascript:" + place + "<img src=x onerror=alert(1)>\"'&amp;&{{title}}");
  }

  private String remembered(String text) {
    given.add(text);
    return text;
  }

  /** Fails unless a page shows all texts as they are, and is harmless. */
  public void assertShownBy(String html) {
    ParsedPage page = ParsedPage.of(html);
    page.assertHarmless();
    String shown = page.shown();
    for (String text : given) {
      assertTrue(
          shown.contains(text.replaceAll("[\u0001\ufffe]", "\ufffd")),
          text + " is not in " + shown);
    }
  }
}
