package dev.flowline.line;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.JointMap;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the latents of a part are like as a whole, in a few numbers: whether parts still are what
 * they were is seen in them long before one is misjudged.
 */
public final class LatentStatistics {
  private static final double[] QUANTILES = {0.5, 0.9, 0.99};

  private LatentStatistics() {}

  /**
   * @param scales of the latents
   */
  public static List<String> names(int scales) {
    List<String> names = new ArrayList<>();
    for (int scale = 0; scale < scales; scale++) {
      names.add("mean energy of scale " + scale);
    }
    for (double quantile : QUANTILES) {
      names.add("level that %s of the positions exceed".formatted(percent(1 - quantile)));
    }
    return List.copyOf(names);
  }

  private static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  /**
   * Mean energy by channel and position of each scale, then quantiles of the joint anomaly map over
   * its positions.
   *
   * @param latents of one image
   */
  public static List<Double> of(AContrario test, List<NativeView> latents) {
    List<Double> statistics = new ArrayList<>();
    for (NativeView latent : latents) {
      double sum = 0;
      float[] energy = test.energy(latent);
      for (float value : energy) {
        sum += value;
      }
      statistics.add(sum / energy.length);
    }
    JointMap map = test.jointMaps(latents).get(0);
    float[] sorted = map.levels().clone();
    Arrays.sort(sorted);
    for (double quantile : QUANTILES) {
      statistics.add((double) sorted[(int) (quantile * (sorted.length - 1))]);
    }
    return List.copyOf(statistics);
  }
}
