package dev.flowline.page;

/** The style sheet of every page, {@code report.css} of the jar. */
final class StyleSheet {
  static final String CSS = PageResource.read("report.css");

  private StyleSheet() {}
}
