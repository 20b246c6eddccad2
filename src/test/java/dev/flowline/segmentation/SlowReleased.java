package dev.flowline.segmentation;

import dev.flowline.WrittenGolden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The released program's segmentation, literally and in the precision of each of its steps: a
 * golden case of the form e*, of any sizes and magnitudes without ties.
 */
final class SlowReleased {
  private final WrittenGolden written;
  private final int images;
  private final int height;
  private final int width;
  private final List<float[]> scores = new ArrayList<>(); // by image: the smallest log10 PFA
  private double tests; // Σ over scales, before the logarithm

  /**
   * @param height of the scores
   * @param width of the scores
   */
  SlowReleased(WrittenGolden written, int images, int height, int width) {
    this.written = written;
    this.images = images;
    this.height = height;
    this.width = width;
    for (int image = 0; image < images; image++) {
      float[] none = new float[height * width];
      Arrays.fill(none, Float.POSITIVE_INFINITY);
      scores.add(none);
    }
  }

  /** Latents (N, C, H, W), the next scale. */
  void scale(int scale, float[] z, int channels, int rows, int columns) {
    int pixels = rows * columns;
    written.tensor("z." + scale, z, images, channels, rows, columns);
    for (int image = 0; image < images; image++) {
      float[] energies = new float[pixels];
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < pixels; i++) {
          float value = z[(image * channels + c) * pixels + i];
          energies[i] += value * value;
        }
      }
      float[] map = tree("tree." + image + "." + scale + ".", energies, channels, rows, columns);
      float[] stretched = Bilinear.resizeInFloat(map, rows, columns, height, width);
      float[] score = scores.get(image);
      for (int i = 0; i < score.length; i++) {
        score[i] = Math.min(score[i], stretched[i]);
      }
    }
    tests += numberOfTests(pixels);
  }

  /** The tests of one scale: its pixels times the polyominoes of up to as many cells. */
  static double numberOfTests(int pixels) {
    double regions = 0;
    for (int r = 1; r <= pixels; r++) {
      regions += 0.316915 * Math.pow(4.062570, r) / r;
    }
    return pixels * regions;
  }

  /** The score, once every scale is there. */
  WrittenGolden written() {
    float log10Tests = (float) Math.log10(tests);
    float[] all = new float[images * height * width];
    for (int i = 0; i < all.length; i++) {
      all[i] = -(scores.get(i / (height * width))[i % (height * width)] + log10Tests);
    }
    return written
        .tensor("log_n_tests", new double[] {log10Tests}, 1)
        .tensor("score", all, images, 1, height, width);
  }

  /** Writes the tree of one map and returns the map of its leaves' log10 PFA. */
  private float[] tree(String prefix, float[] energies, int channels, int rows, int columns) {
    float[] levels = new float[energies.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = energies[i] / channels;
    }
    ToDoubleFunction<SlowTree.Node> log10Pfa = node -> log10Pfa(node, energies, channels);
    List<SlowTree.Node> nodes = sorted(SlowTree.of(levels, rows, columns, 4).nodes);
    written
        .tensor(prefix + "score_mean", levels, rows, columns)
        .tensor(prefix + "zi2_sum", energies, rows, columns)
        .tensor(prefix + "node_level", floats(nodes, node -> node.altitude), nodes.size())
        .tensor(prefix + "node_size", longs(nodes, SlowTree.Node::area), nodes.size())
        .tensor(prefix + "node_min_pixel", longs(nodes, SlowReleased::first), nodes.size())
        .tensor(
            prefix + "node_pixel_sum",
            longs(nodes, node -> node.pixels.stream().sum()),
            nodes.size())
        .tensor(prefix + "node_log_prob", doubles(nodes, log10Pfa), nodes.size());

    List<SlowTree.Node> leaves = sorted(SlowTree.of(levels, rows, columns, 4).select(log10Pfa));
    double[] map = new double[energies.length];
    float[] painted = new float[energies.length];
    Arrays.fill(map, Double.NaN);
    for (SlowTree.Node leaf : leaves) {
      leaf.pixels.stream().forEach(pixel -> map[pixel] = log10Pfa.applyAsDouble(leaf));
      leaf.pixels.stream().forEach(pixel -> painted[pixel] = (float) map[pixel]);
    }
    long[] pixels =
        leaves.stream().flatMapToInt(leaf -> leaf.pixels.stream()).asLongStream().toArray();
    long[] kept = new long[leaves.size()];
    Arrays.fill(kept, 1);
    written
        .tensor(prefix + "final_size", longs(leaves, SlowTree.Node::area), leaves.size())
        .tensor(prefix + "final_pixels", pixels, pixels.length)
        .tensor(prefix + "final_log_prob", doubles(leaves, log10Pfa), leaves.size())
        .tensor(prefix + "final_kept", kept, leaves.size())
        .tensor(prefix + "log_prob_map", map, rows, columns);
    return painted;
  }

  /** −n/2·(t − 1 − ln t)·|R|/ln 10 with t = the smallest energy over n, for t below 1 too. */
  private static double log10Pfa(SlowTree.Node node, float[] energies, int channels) {
    double smallest =
        node.pixels.stream().mapToDouble(pixel -> energies[pixel]).min().orElseThrow();
    double t = smallest / channels;
    return -channels / 2.0 * (t - 1 - Math.log(t)) / Math.log(10) * node.area();
  }

  private static int first(SlowTree.Node node) {
    return node.pixels.nextSetBit(0);
  }

  private static List<SlowTree.Node> sorted(List<SlowTree.Node> nodes) {
    return nodes.stream()
        .sorted(Comparator.comparingInt(SlowReleased::first).thenComparingInt(SlowTree.Node::area))
        .toList();
  }

  private static long[] longs(List<SlowTree.Node> nodes, ToDoubleFunction<SlowTree.Node> value) {
    return nodes.stream().mapToLong(node -> (long) value.applyAsDouble(node)).toArray();
  }

  private static double[] doubles(
      List<SlowTree.Node> nodes, ToDoubleFunction<SlowTree.Node> value) {
    return nodes.stream().mapToDouble(value).toArray();
  }

  private static float[] floats(List<SlowTree.Node> nodes, ToDoubleFunction<SlowTree.Node> value) {
    float[] values = new float[nodes.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(nodes.get(i));
    }
    return values;
  }
}
