package dev.flowline.page;

import gg.jte.Content;

/** A chart as a file of its own, with the colours of a light page. */
public final class SvgFile {
  private static final int WIDTH = 640;
  private static final String STYLE =
      """
      <style>
      text { fill: #5a6572; font-size: 13px; font-family: system-ui, sans-serif; }
      .grid { stroke: #e3e6ea; } .base { stroke: #5a6572; }
      .line { fill: none; stroke: #1f6feb; stroke-width: 2.2; }
      .rule { stroke: #1c2530; stroke-width: 1.5; stroke-dasharray: 5 4; }
      .dot.pareto { fill: #1f6feb; } .dot.model { fill: #fff; stroke: #1f6feb; stroke-width: 2; }
      .label { fill: #1c2530; paint-order: stroke; stroke: #fff; stroke-width: 4px; }
      </style>
      <rect width="100%" height="100%" fill="#fff"/>
      """;

  private SvgFile() {}

  /** Returns the text of a file that shows a chart. */
  public static String of(Content chart) {
    String drawn = Html.render(chart::writeTo).strip().replaceAll("\\n{2,}", "\n");
    int height = WIDTH * SvgChart.HEIGHT / SvgChart.WIDTH;
    return drawn.replaceFirst(
            "<svg class=\"chart\"([^>]*)>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\"$1>\n%s"
                .formatted(WIDTH, height, STYLE.replace("$", "\\$")))
        + "\n";
  }
}
