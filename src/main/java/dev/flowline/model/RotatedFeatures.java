package dev.flowline.model;

import dev.flowline.flow.Latents;
import dev.flowline.io.Preprocessing;
import dev.flowline.io.Rotation;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import dev.flowline.random.Seeds;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Features of images turned by several angles, R each. Of an image they are stacked as channels,
 * (N, R·C, H, W): so they are kept and handed around as one image's.
 */
final class RotatedFeatures {
  /** The number of random rotations that a training keeps, per rotation that a step takes. */
  private static final int KEPT_BY_DRAWN = 4;

  /** Images that are in the extractor together, at most. */
  private static final int AT_ONCE = 8;

  /** Bytes of the images together; an extractor's activations take some tens of times as much. */
  private static final long BYTES_AT_ONCE = 64L << 20;

  private RotatedFeatures() {}

  /**
   * The number R of rotations that a training keeps of each image; a step draws some of them.
   *
   * @param drawn rotations that a step takes of each
   */
  static int kept(int drawn) {
    return KEPT_BY_DRAWN * drawn;
  }

  /** Returns R angles evenly around the circle, from 0 on; degrees. */
  static double[] even(int count) {
    double[] degrees = new double[count];
    Arrays.setAll(degrees, r -> 360.0 * r / count);
    return degrees;
  }

  /** Draws R random angles of an image, one in each R-th of the circle; degrees. */
  static double[] random(int count, long seed, long image) {
    SplittableRandom random = new SplittableRandom(Seeds.at(seed, image));
    double[] degrees = new double[count];
    Arrays.setAll(degrees, r -> 360.0 * (r + random.nextDouble()) / count);
    return degrees;
  }

  /**
   * Extracts the features of images turned by angles. They lie on the CPU, in the caller's scope.
   * Scopes are opened within, since the activations of all rotations together would take gigabytes.
   *
   * @param images preprocessed, (N, 3, H, W)
   * @param degrees R for each image
   * @return (N, R·C, H, W) by scale, pooled
   */
  static List<Tensor> of(AnomalyModel model, Tensor images, List<double[]> degrees) {
    Preprocessing input = model.config().preprocessing();
    FloatBuffer pixels = FloatBuffer.wrap(TensorCopy.store(images).toFloats());
    int rotations = degrees.get(0).length;
    int all = degrees.size() * rotations;
    List<List<StoredTensor>> parts = new ArrayList<>();
    int atOnce = atOnce(input.inputLength());
    for (int from = 0; from < all; from += atOnce) {
      int count = Math.min(atOnce, all - from);
      FloatBuffer turned = FloatBuffer.allocate(count * input.inputLength());
      for (int i = from; i < from + count; i++) {
        pixels.position(i / rotations * input.inputLength());
        Rotation.apply(input, pixels, degrees.get(i / rotations)[i % rotations], turned);
      }
      try (TensorScope scope = TensorScope.open()) {
        StoredTensor batch =
            StoredTensor.of(turned.array(), count, 3, input.height(), input.width());
        parts.add(
            model.pooledFeatures(TensorCopy.tensor(batch)).stream()
                .map(TensorCopy::store)
                .toList());
      }
    }
    List<Tensor> stacked = new ArrayList<>();
    for (int scale = 0; scale < parts.get(0).size(); scale++) {
      stacked.add(stacked(parts, scale, degrees.size(), rotations));
    }
    return stacked;
  }

  /**
   * The number of images that go through the extractor together.
   *
   * @param inputLength floats of one image
   */
  static int atOnce(int inputLength) {
    long fitting = BYTES_AT_ONCE / ((long) inputLength * Float.BYTES);
    return (int) Math.max(1, Math.min(AT_ONCE, fitting));
  }

  private static Tensor stacked(
      List<List<StoredTensor>> parts, int scale, int images, int rotations) {
    long[] shape = parts.get(0).get(scale).shape();
    long one = shape[1] * shape[2] * shape[3];
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(images * rotations * one));
    parts.forEach(part -> values.put(part.get(scale).toFloats()));
    return TensorCopy.tensor(
        StoredTensor.of(values.array(), images, rotations * shape[1], shape[2], shape[3]));
  }

  /** Unstacks (N, R·C, H, W) into (N·R, C, H, W), an image's rotations one after the other. */
  static List<Tensor> apart(List<Tensor> stacked, int rotations) {
    return stacked.stream()
        .map(
            features ->
                features.reshape(
                    features.size(0) * rotations,
                    features.size(1) / rotations,
                    features.size(2),
                    features.size(3)))
        .toList();
  }

  /**
   * Merges the latents of R rotations of each image into one: the root of the mean over rotations
   * of z², so that its energy is the mean of theirs, as its log-determinant is. Chernoff's bound
   * for a chi-square holds for a mean of dependent ones as well, since the exponential is convex;
   * the exact tail is not proved to.
   *
   * @param latents (N·R, C, H, W), without log-determinants by position
   */
  static Latents<Tensor> together(Latents<Tensor> latents, int rotations) {
    List<Tensor> values = new ArrayList<>();
    for (Tensor z : latents.values()) {
      long[] s = Tensors.shape(z);
      Tensor squares = z.mul(z).reshape(s[0] / rotations, rotations, s[1], s[2], s[3]);
      values.add(meanOverRotations(squares).sqrt());
    }
    Tensor logDets = latents.logDetJacobian();
    return new Latents<>(
        values, meanOverRotations(logDets.reshape(logDets.size(0) / rotations, rotations)));
  }

  private static Tensor meanOverRotations(Tensor x) {
    return x.mean(new long[] {1}, false, new ScalarTypeOptional());
  }
}
