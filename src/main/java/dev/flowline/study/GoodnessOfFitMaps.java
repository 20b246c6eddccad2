package dev.flowline.study;

import dev.flowline.page.ColourMap;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Where energies of good images are not as white noise has them: mean, variance and correlation of
 * neighbours by position, in colours that are white where they are.
 */
final class GoodnessOfFitMaps {
  private static final double LEAST_REACH = Math.log10(2);
  private static final double SHOWN = 0.99; // of all positions within the colours
  private static final double LOWEST = 1e-6;

  private final List<ScaleStudy> scales;
  private final ColourMap means;
  private final ColourMap variances;
  private final ColourMap correlations = ColourMap.diverging(0, 1);

  /**
   * @param scales of at least one image
   */
  GoodnessOfFitMaps(List<ScaleStudy> scales) {
    this.scales = scales;
    means = ColourMap.diverging(0, reach(GoodnessOfFitMaps::mean));
    variances = ColourMap.diverging(0, reach(GoodnessOfFitMaps::variance));
  }

  /** log10 of the mean energy over that of white noise, 1. */
  private static float[] mean(ScaleStudy scale) {
    return log10(scale.positions().mean(), 1);
  }

  /** log10 of the variance over that of white noise, 2/C. */
  private static float[] variance(ScaleStudy scale) {
    return log10(scale.positions().variance(), scale.channels() / 2.0);
  }

  private static float[] log10(float[] map, double factor) {
    float[] log = new float[map.length];
    for (int i = 0; i < map.length; i++) {
      log[i] = (float) Math.log10(Math.max(LOWEST, map[i] * factor));
    }
    return log;
  }

  private double reach(Function<ScaleStudy, float[]> map) {
    double reach = LEAST_REACH;
    for (ScaleStudy scale : scales) {
      if (!scale.positions().varies()) {
        continue;
      }
      float[] magnitudes = map.apply(scale);
      for (int i = 0; i < magnitudes.length; i++) {
        magnitudes[i] = Math.abs(magnitudes[i]);
      }
      Arrays.sort(magnitudes);
      reach = Math.max(reach, magnitudes[(int) (SHOWN * (magnitudes.length - 1))]);
    }
    return reach;
  }

  /** The colours; why there are no maps, where there are none. */
  String legends() {
    if (scales.stream().noneMatch(scale -> scale.positions().varies())) {
      return "<p class=\"note\">It takes several good images, and latents that have positions.</p>\n";
    }
    return "<div class=\"legends\">\n"
        + legend("mean energy by channel, 1 in white noise", means, true)
        + legend("variance over images, by that of chi-square", variances, true)
        + legend("correlation with the neighbours", correlations, false)
        + "</div>\n";
  }

  /** A card a scale. */
  String cards() {
    StringBuilder html = new StringBuilder();
    for (int scale = 0; scale < scales.size(); scale++) {
      html.append(scales.get(scale).positions().varies() ? card(scale) : "");
    }
    return html.toString();
  }

  private static String legend(String title, ColourMap colours, boolean logarithmic) {
    return """
        <div class="legend"><span>%s</span><div class="ramp" style="background:%s"></div>
        <div class="ends"><span>%s</span><span>%s</span><span>%s</span></div></div>
        """
        .formatted(
            title,
            colours.cssGradient(),
            Numbers.brief(logarithmic ? Math.pow(10, colours.low()) : colours.low()),
            logarithmic ? "1" : "0",
            Numbers.brief(logarithmic ? Math.pow(10, colours.high()) : colours.high()));
  }

  private String card(int scale) {
    ScaleStudy of = scales.get(scale);
    PositionStatistics positions = of.positions();
    int width = positions.width();
    float[] mean = mean(of);
    return """
        <section class="card" style="--aspect:%s">
        <h3>Scale %d, %d × %d</h3>
        <div class="maps">
        %s%s%s</div>
        </section>
        """
        .formatted(
            Numbers.fixed(width * (double) width / mean.length, 3),
            scale,
            mean.length / width,
            width,
            picture("mean", means, mean, width),
            picture("variance", variances, variance(of), width),
            picture("correlation", correlations, positions.correlationMap(), width));
  }

  private static String picture(String caption, ColourMap colours, float[] map, int width) {
    return Html.figure(caption, Html.png(colours.image(map, width)));
  }
}
