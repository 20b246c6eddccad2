package dev.flowline.train;

import java.util.Map;

/**
 * Learning rate, batch size and epochs by category, as the released U-Flow program has them for
 * MVTec AD; any other category gets {@link #DEFAULT}.
 */
public record Recipe(double learningRate, int batchSize, int epochs) {
  public static final Recipe DEFAULT = new Recipe(1e-4, 8, 200);

  private static final Map<String, Recipe> BY_CATEGORY =
      Map.ofEntries(
          Map.entry("carpet", new Recipe(3.1634e-5, 13, 200)),
          Map.entry("grid", new Recipe(3.6225e-5, 12, 500)),
          Map.entry("leather", new Recipe(6.1247e-4, 15, 500)),
          Map.entry("tile", new Recipe(6.0458e-3, 30, 200)),
          Map.entry("wood", new Recipe(2.4665e-4, 22, 500)),
          Map.entry("bottle", new Recipe(1.1290e-4, 23, 200)),
          Map.entry("cable", new Recipe(1.6160e-3, 14, 200)),
          Map.entry("capsule", new Recipe(1.2119e-3, 14, 200)),
          Map.entry("hazelnut", new Recipe(1.3268e-3, 21, 500)),
          Map.entry("metal_nut", new Recipe(8.1489e-4, 11, 200)),
          Map.entry("pill", new Recipe(1.0756e-3, 11, 200)),
          Map.entry("screw", new Recipe(4.1560e-4, 11, 500)),
          Map.entry("toothbrush", new Recipe(1.2873e-4, 21, 200)),
          Map.entry("transistor", new Recipe(1.1213e-3, 20, 400)),
          Map.entry("zipper", new Recipe(4.5525e-5, 24, 200)));

  public static Recipe of(String category) {
    return BY_CATEGORY.getOrDefault(category, DEFAULT);
  }
}
