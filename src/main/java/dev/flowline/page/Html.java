package dev.flowline.page;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** HTML pages, rendered from templates, self-contained and well-formed XML. */
public final class Html {
  private Html() {}

  /**
   * Renders a template to a string.
   *
   * @param template writes the page to an output that escapes by context
   */
  public static String render(Consumer<HtmlTemplateOutput> template) {
    StringOutput page = new StringOutput();
    template.accept(new XmlOutput(page));
    return page.toString();
  }

  /** Returns a file's or folder's name as part of a relative address. */
  public static String pathSegment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
