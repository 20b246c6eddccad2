package dev.flowline.line;

import dev.flowline.flow.Latents;
import dev.flowline.model.AnomalyModel;
import dev.flowline.nn.Parameters;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * What the latents of a part are like as a whole, in a few numbers: whether parts still are what
 * they were is seen in them long before one is misjudged. Means of latents change in proportion to
 * what changes in the image, energies with its square only; what changes the spread of latents
 * alone is seen in energies.
 */
public final class LatentStatistics {
  private static final double[] QUANTILES = {0.5, 0.9, 0.99};

  /** Of a scale's channels, which are in no order: enough of them that few cancel out. */
  private static final int GROUPS = 16;

  private LatentStatistics() {}

  /**
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
   * Mean energy by channel and position of each scale; quantiles of the joint anomaly map over its
   * positions; means of the latents over positions and a group of channels.
   *
   * @param latents of one image
   */
  public static List<Double> of(AContrario test, Latents<Tensor> latents) {
    List<NativeView> views = AnomalyModel.views(latents);
    List<Double> statistics = new ArrayList<>();
    for (NativeView view : views) {
      float[] energy = test.energy(view);
      statistics.add(brief(mean(energy, 0, energy.length)));
    }
    FusedAnomalyMap map = test.fusedMaps(views).get(0);
    float[] sorted = map.levels().clone();
    Arrays.sort(sorted);
    for (double quantile : QUANTILES) {
      statistics.add(brief(sorted[(int) (quantile * (sorted.length - 1))]));
    }
    for (Tensor latent : latents.values()) {
      Tensor means = latent.mean(new long[] {0, 2, 3}, false, new ScalarTypeOptional());
      float[] byChannel = Parameters.store(means).toFloats();
      for (int group = 0; group < groups(byChannel.length); group++) {
        int begin = begin(group, byChannel.length);
        statistics.add(brief(mean(byChannel, begin, begin(group + 1, byChannel.length))));
      }
    }
    return List.copyOf(statistics);
  }

  private static double mean(float[] values, int begin, int end) {
    double sum = 0;
    for (int i = begin; i < end; i++) {
      sum += values[i];
    }
    return sum / (end - begin);
  }

  /** With a float's digits only: model files hold it of every calibration image. */
  private static double brief(double value) {
    return Double.parseDouble(Float.toString((float) value));
  }
}
