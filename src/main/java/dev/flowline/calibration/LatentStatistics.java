package dev.flowline.calibration;

import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.segmentation.LatentMoments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Statistics of all latents of a part, which show that parts have changed long before one is
 * misjudged. Means of latents change in proportion to the change of the image, energies with its
 * square only; a change of nothing but the spread of latents shows in energies.
 */
public final class LatentStatistics {
  private static final double[] QUANTILES = {0.5, 0.9, 0.99};

  /** The number of groups of a scale's channels: so many that changes seldom cancel out. */
  private static final int GROUPS = 16;

  private LatentStatistics() {}

  /**
   * Returns the name of each statistic, in the order of {@link #of}.
   *
   * @param shapes of the latents, (N, C, H, W) by scale
   */
  public static List<String> names(List<long[]> shapes) {
    List<String> names = new ArrayList<>();
    for (int scale = 0; scale < shapes.size(); scale++) {
      names.add("mean energy of scale " + scale);
    }
    for (double quantile : QUANTILES) {
      names.add("level that %s of the positions exceed".formatted(percent(1 - quantile)));
    }
    for (int scale = 0; scale < shapes.size(); scale++) {
      int channels = (int) shapes.get(scale)[1];
      for (int group = 0; group < groups(channels); group++) {
        int first = begin(group, channels);
        int last = begin(group + 1, channels) - 1;
        String members = first == last ? "channel " + first : "channels " + first + " to " + last;
        names.add("mean of " + members + " of scale " + scale);
      }
    }
    return List.copyOf(names);
  }

  private static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  private static int groups(int channels) {
    return Math.min(GROUPS, channels);
  }

  private static int begin(int group, int channels) {
    return (int) ((long) group * channels / groups(channels));
  }

  /**
   * Returns the statistics of one image: the mean energy per channel and position of each scale,
   * quantiles of the fused anomaly map over its positions, and the mean of the latents over
   * positions and a group of channels.
   */
  public static List<Double> of(LatentMoments moments) {
    FusedAnomalyMap map = moments.fusedMap();
    return of(moments, FieldOfView.whole(map.height(), map.width()));
  }

  /**
   * Returns the statistics of what is in view of one image. Only positions in view count for the
   * quantiles; the moments are taken as they are.
   *
   * @param view of maps of any size, with at least one position of the fused map
   */
  public static List<Double> of(LatentMoments moments, FieldOfView view) {
    List<Double> statistics = new ArrayList<>();
    for (double energy : moments.meanEnergies()) {
      statistics.add(brief(energy));
    }
    float[] sorted = inView(moments.fusedMap(), view);
    Arrays.sort(sorted);
    for (double quantile : QUANTILES) {
      statistics.add(brief(sorted[(int) (quantile * (sorted.length - 1))]));
    }
    for (double[] means : moments.channelMeans()) {
      for (int group = 0; group < groups(means.length); group++) {
        int begin = begin(group, means.length);
        statistics.add(brief(mean(means, begin, begin(group + 1, means.length))));
      }
    }
    return List.copyOf(statistics);
  }

  private static float[] inView(FusedAnomalyMap map, FieldOfView view) {
    FieldOfView positions = view.resized(map.height(), map.width());
    float[] levels = new float[map.levels().length];
    int count = 0;
    for (int i = 0; i < levels.length; i++) {
      if (positions.contains(i / map.width(), i % map.width())) {
        levels[count++] = map.levels()[i];
      }
    }
    return Arrays.copyOf(levels, count);
  }

  private static double mean(double[] values, int begin, int end) {
    double sum = 0;
    for (int i = begin; i < end; i++) {
      sum += values[i];
    }
    return sum / (end - begin);
  }

  /** Returns a value in the digits of a float, to keep model files small. */
  private static double brief(double value) {
    return Double.parseDouble(Float.toString((float) value));
  }
}
