package dev.flowline.study;

import dev.flowline.page.ColourMap;
import dev.flowline.page.Legend;
import dev.flowline.page.Numbers;
import dev.flowline.page.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Maps of where energies of good images differ from those of white noise: mean, variance and
 * correlation of neighbours by position. White is as in white noise.
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

  /**
   * The maps of one scale.
   *
   * @param aspect width over height of the maps, for CSS
   */
  record MapRow(String aspect, String title, List<Picture> maps) {}

  /** Returns a row for each scale that has maps: several images of several positions. */
  List<MapRow> rows() {
    return IntStream.range(0, scales.size())
        .filter(scale -> scales.get(scale).positions().varies())
        .mapToObj(this::row)
        .toList();
  }

  /** Returns what the colours mean. */
  List<Legend> legends() {
    return List.of(
        legend("mean energy per channel, 1 in white noise", means, true),
        legend("variance over images, divided by that of chi-square", variances, true),
        legend("correlation with the neighbours", correlations, false));
  }

  private static Legend legend(String title, ColourMap colours, boolean logarithmic) {
    return new Legend(
        title,
        colours,
        List.of(
            Numbers.brief(logarithmic ? Math.pow(10, colours.low()) : colours.low()),
            logarithmic ? "1" : "0",
            Numbers.brief(logarithmic ? Math.pow(10, colours.high()) : colours.high())));
  }

  private MapRow row(int scale) {
    ScaleStudy of = scales.get(scale);
    PositionStatistics positions = of.positions();
    int width = positions.width();
    float[] mean = mean(of);
    return new MapRow(
        Numbers.fixed(width * (double) width / mean.length, 3),
        "Scale %s, %s × %s".formatted(scale, mean.length / width, width),
        List.of(
            Picture.png("mean", means.image(mean, width)),
            Picture.png("variance", variances.image(variance(of), width)),
            Picture.png("correlation", correlations.image(positions.correlationMap(), width))));
  }
}
