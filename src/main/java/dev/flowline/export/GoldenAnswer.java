package dev.flowline.export;

import dev.flowline.line.Verdict;
import dev.flowline.segmentation.Region;
import java.util.Arrays;
import java.util.List;

/**
 * The answer about a golden image that every engine has to give.
 *
 * @param log10Nfa log10 NFA of the most meaningful region
 * @param anomalyScore as the model defines it
 * @param regions in pixels of the image, the most meaningful first
 * @param latentStatistics those of {@link dev.flowline.calibration.LatentStatistics}, which depend
 *     on all latents however strange they are
 * @param mapRows number of rows of {@code map}
 * @param mapColumns number of columns of {@code map}
 * @param map the anomaly map at some pixels, row by row: with H rows of the map of the input's
 *     size, row i is at pixel ⌊(2i + 1)·H/(2·mapRows)⌋, columns likewise
 */
public record GoldenAnswer(
    Verdict verdict,
    double log10Nfa,
    double anomalyScore,
    List<Region> regions,
    List<Double> latentStatistics,
    int mapRows,
    int mapColumns,
    float[] map) {
  private static final int MOST_PER_SIDE = 32;

  public GoldenAnswer {
    regions = List.copyOf(regions);
    latentStatistics = List.copyOf(latentStatistics);
    if (map.length != mapRows * mapColumns) {
      throw new IllegalArgumentException(
          "map must have %s x %s values, got %s".formatted(mapRows, mapColumns, map.length));
    }
  }

  /**
   * Makes the answer of a whole anomaly map.
   *
   * @param levels (height, width)
   */
  static GoldenAnswer of(
      Verdict verdict,
      double log10Nfa,
      double anomalyScore,
      List<Region> regions,
      List<Double> latentStatistics,
      float[] levels,
      int height,
      int width) {
    int rows = Math.min(MOST_PER_SIDE, height);
    int columns = Math.min(MOST_PER_SIDE, width);
    float[] map = new float[rows * columns];
    for (int i = 0; i < map.length; i++) {
      int y = (2 * (i / columns) + 1) * height / (2 * rows);
      int x = (2 * (i % columns) + 1) * width / (2 * columns);
      map[i] = levels[y * width + x];
    }
    return new GoldenAnswer(
        verdict, log10Nfa, anomalyScore, regions, latentStatistics, rows, columns, map);
  }

  /** Compares the numbers of the map too. */
  @Override
  public boolean equals(Object other) {
    return other instanceof GoldenAnswer that
        && verdict == that.verdict
        && log10Nfa == that.log10Nfa
        && anomalyScore == that.anomalyScore
        && regions.equals(that.regions)
        && latentStatistics.equals(that.latentStatistics)
        && mapRows == that.mapRows
        && Arrays.equals(map, that.map);
  }

  @Override
  public int hashCode() {
    return Double.hashCode(log10Nfa);
  }
}
