package dev.flowline.model;

import dev.flowline.model.SurrogateLabels.DefectBox;
import dev.flowline.nn.Ops;
import java.util.Arrays;
import java.util.List;

/**
 * The three terms that CL-Flow (Wang, Li, Luo, Bi 2023) adds to the likelihood, each a scalar of
 * the order of 1 whatever the size of images and batch. That there is a label-smoothed
 * cross-entropy, a cosine that pushes boxes apart and a pull of normal images' global features is
 * published; the equations are a reconstruction, ours:
 *
 * <pre>
 *   q    = exp(−½·clamp(mean_c z², 1, bound))
 *   CE   = −t·log q − (1 − t)·log(1 − q),   t = (1 − label)·(1 − τ) + τ/2
 *   cls  = ½·mean over scales and positions of CE  +  ½·mean over images of CE
 *   pull = 1 − mean over scales and pairs of normal images of cos(mean_hw Z_m, mean_hw Z_n)
 *   push = mean over scales and boxes of max(0, cos(Z in the box, Neg_Z in the box))
 * </pre>
 *
 * <p>The clamp guards both ends. Less energy than white noise has, mean_c z² = 1, makes a position
 * no better: without that normal latents would shrink against their likelihood. More than {@code
 * bound} makes a negative one no worse: without that ‖Neg_Z‖ could be driven without end.
 *
 * @param smoothing τ in [0, 1)
 * @param bound of mean_c z², above 1
 */
public record ContrastiveLoss<V>(Ops<V> ops, double smoothing, double bound) {
  /** The energy of white noise. */
  private static final double EXPECTED_ENERGY = 1;

  /** The smallest squared norm in a denominator. */
  private static final double EPSILON = 1e-12;

  /**
   * Cross-entropy of the likelihood at positions and of images, whose likelihood is the smallest in
   * the map of the finest scale's size: 1 − the anomaly score.
   *
   * @param normal (N, C_l, H_l, W_l) by scale
   * @param negative likewise
   * @param labels of the negatives
   */
  public V classification(List<V> normal, List<V> negative, List<SurrogateLabels> labels) {
    long[] finest = ops.shape(normal.get(0));
    V positions = null;
    V map = null;
    for (int scale = 0; scale < normal.size(); scale++) {
      V q = likelihood(ops.concat(List.of(normal.get(scale), negative.get(scale)), 0));
      V entropy = mean(crossEntropy(q, defectivePositions(labels, scale, ops.shape(q))));
      positions = positions == null ? entropy : ops.add(positions, entropy);
      V up = ops.resizeBilinear(q, finest[2], finest[3]);
      map = map == null ? up : ops.add(map, up);
    }
    double share = 1.0 / normal.size();
    V smallest = ops.multiply(ops.maxPerSample(ops.multiply(map, -share)), -1);
    V images = mean(crossEntropy(smallest, defectiveImages(labels.size())));
    return ops.multiply(ops.add(ops.multiply(positions, share), images), 0.5);
  }

  /**
   * How little the global features of normal images agree, in [0, 2].
   *
   * @param normal (N, C_l, H_l, W_l) by scale, N at least 2
   */
  public V pull(List<V> normal) {
    V sum = null;
    for (V z : normal) {
      long[] shape = ops.shape(z);
      V global = ops.reshape(ops.meanOverImage(z), shape[0], shape[1]);
      V length = ops.sumPerSample(ops.multiply(global, global));
      V unit = ops.multiply(global, ops.reshape(ops.toSingle(inverseRoot(length)), shape[0], 1));
      V cosines = ops.sum(ops.matmul(unit, ops.transpose(unit, 1, 0))); // N of an image with itself
      V pairs = ops.multiply(ops.add(cosines, -shape[0]), 1.0 / (shape[0] * (shape[0] - 1)));
      sum = sum == null ? pairs : ops.add(sum, pairs);
    }
    return ops.add(ops.multiply(sum, -1.0 / normal.size()), 1);
  }

  /**
   * How much a negative's latents still point where those of its normal image do, in [0, 1].
   *
   * @param normal (N, C_l, H_l, W_l) by scale
   * @param negative of the same images, likewise
   * @param labels of the negatives, whose boxes are looked at
   */
  public V push(List<V> normal, List<V> negative, List<SurrogateLabels> labels) {
    V sum = null;
    for (int scale = 0; scale < normal.size(); scale++) {
      V z = normal.get(scale);
      V negativeZ = negative.get(scale);
      V products =
          ops.concat(
              List.of(
                  ops.meanOverChannels(ops.multiply(z, negativeZ)),
                  ops.meanOverChannels(ops.multiply(z, z)),
                  ops.meanOverChannels(ops.multiply(negativeZ, negativeZ))),
              1);
      V sums = sumsInBoxes(products, boxes(labels, scale)); // (N, boxes, 3)
      V lengths = ops.multiply(ops.slice(sums, 2, 1, 2), ops.slice(sums, 2, 2, 3));
      V cosines = ops.multiply(ops.slice(sums, 2, 0, 1), inverseRoot(lengths));
      long count = boxes(labels, scale).stream().mapToLong(List::size).sum();
      V pushed = ops.multiply(ops.sum(ops.relu(cosines)), 1.0 / Math.max(1, count));
      sum = sum == null ? pushed : ops.add(sum, pushed);
    }
    return ops.multiply(sum, 1.0 / normal.size());
  }

  private V likelihood(V z) {
    V energy = ops.meanOverChannels(ops.multiply(z, z));
    return ops.exp(ops.multiply(ops.clamp(energy, EXPECTED_ENERGY, bound), -0.5));
  }

  private V crossEntropy(V q, V defective) {
    V target = ops.add(ops.multiply(defective, smoothing - 1), 1 - smoothing / 2);
    V normal = ops.multiply(target, ops.log(q));
    V rest = ops.add(ops.multiply(target, -1), 1);
    V other = ops.multiply(rest, ops.log(ops.add(ops.multiply(q, -1), 1)));
    return ops.multiply(ops.add(normal, other), -1);
  }

  private V mean(V x) {
    long elements = Arrays.stream(ops.shape(x)).reduce(1, Math::multiplyExact);
    return ops.multiply(ops.sum(x), 1.0 / elements);
  }

  private V inverseRoot(V x) {
    return ops.exp(ops.multiply(ops.log(ops.add(x, EPSILON)), -0.5));
  }

  /**
   * @param shape (2·N, 1, H, W): that of the labels, 0 for the N normal images
   */
  private V defectivePositions(List<SurrogateLabels> labels, int scale, long[] shape) {
    int positions = (int) (shape[2] * shape[3]);
    float[] values = new float[2 * labels.size() * positions];
    for (int n = 0; n < labels.size(); n++) {
      int start = (labels.size() + n) * positions;
      System.arraycopy(labels.get(n).defective().get(scale), 0, values, start, positions);
    }
    return ops.constant(values, shape);
  }

  private V defectiveImages(int negatives) {
    float[] values = new float[2 * negatives];
    Arrays.fill(values, negatives, 2 * negatives, 1);
    return ops.constant(values, 2L * negatives);
  }

  private static List<List<DefectBox>> boxes(List<SurrogateLabels> labels, int scale) {
    return labels.stream().map(label -> label.boxes().get(scale)).toList();
  }

  /**
   * @param maps (N, K, H, W)
   * @return (N, boxes of the image with the most, K); 0 where an image has fewer
   */
  private V sumsInBoxes(V maps, List<List<DefectBox>> boxes) {
    long[] shape = ops.shape(maps);
    int width = (int) shape[3];
    int positions = (int) (shape[2] * shape[3]);
    int most = Math.max(1, boxes.stream().mapToInt(List::size).max().orElse(0));
    float[] inside = new float[boxes.size() * most * positions];
    for (int n = 0; n < boxes.size(); n++) {
      for (int k = 0; k < boxes.get(n).size(); k++) {
        DefectBox box = boxes.get(n).get(k);
        for (int row = box.top(); row < box.bottom(); row++) {
          int start = (n * most + k) * positions + row * width;
          Arrays.fill(inside, start + box.left(), start + box.right(), 1);
        }
      }
    }
    V rows = ops.constant(inside, shape[0], most, positions);
    V columns = ops.transpose(ops.reshape(maps, shape[0], shape[1], positions), 0, 2, 1);
    return ops.matmul(rows, columns);
  }
}
