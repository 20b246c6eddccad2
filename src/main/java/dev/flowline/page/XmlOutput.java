package dev.flowline.page;

import gg.jte.TemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;

/**
 * An output that escapes text by where it stands in the page, and shows the characters that no XML
 * may hold as U+FFFD.
 */
final class XmlOutput extends OwaspHtmlTemplateOutput {
  private static final int REPLACEMENT = 0xfffd;

  XmlOutput(TemplateOutput output) {
    super(output);
  }

  @Override
  public void writeUserContent(String text) {
    super.writeUserContent(text == null ? null : inXml(text));
  }

  private static String inXml(String text) {
    if (text.codePoints().allMatch(XmlOutput::isXml)) {
      return text;
    }
    int[] shown = text.codePoints().map(c -> isXml(c) ? c : REPLACEMENT).toArray();
    return new String(shown, 0, shown.length);
  }

  /** Returns whether XML 1.0, section 2.2, permits a character. */
  private static boolean isXml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= ' ' && c <= 0xd7ff
        || c >= 0xe000 && c <= 0xfffd
        || c >= 0x10000;
  }
}
