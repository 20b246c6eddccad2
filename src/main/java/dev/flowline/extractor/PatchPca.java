package dev.flowline.extractor;

import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Init;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Features learned from the training images themselves, without labels and without a download, in
 * the manner of PCANet (Chan, Jia, Gao, Lu, Zeng, Ma, 2015): whitened principal components of the
 * image's patches as convolution filters, both polarities rectified, pooled to the scale's stride,
 * and whitened once more over the channels.
 *
 * <p>Scale k looks at the image shrunk by 2^k, so that its stride is 4·2^k and it sees an area of
 * {@code (kernel + 5)·2^k} pixels a side. Per scale:
 *
 * <pre>
 *   r = W₁ ∗ shrink(x) + b₁          principal components of patches, unit variance
 *   p = pool(relu(r) ⧺ relu(−r))     means of 6×6 windows at stride 4
 *   p = log(p + 0.3)                 contrast is skewed, its logarithm nearly normal
 *   f = W₂·p + b₂                    decorrelated, mean 0, about unit variance
 * </pre>
 *
 * The last line keeps all components: what is rare in good images lies in the directions of small
 * variance. {@link #fit} learns the parameters.
 */
public record PatchPca(Settings settings) implements FeatureExtractor {
  static final int POOL = 4;
  private static final int POOL_WINDOW = 6;
  private static final int POOL_PADDING = 1;
  private static final double LOG_OFFSET = 0.3;

  /**
   * @param scales number of scales, 1 to 4
   * @param filters of each scale; its features have twice as many channels
   * @param kernel height and width of the patches, odd
   */
  public record Settings(int scales, int filters, int kernel) {
    public static final Settings DEFAULT = new Settings(3, 24, 5);

    public Settings {
      require(scales >= 1 && scales <= 4, "scales must be 1 to 4, got " + scales);
      require(
          kernel >= 3 && kernel <= 11 && kernel % 2 == 1, "kernel must be odd, 3 to 11: " + kernel);
      int most = 3 * kernel * kernel;
      require(filters >= 1 && filters <= most, "filters must be 1 to " + most + ", got " + filters);
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalArgumentException(message);
      }
    }
  }

  /**
   * Learns the frozen parameters from good images.
   *
   * @param batches normalised images, (N, 3, H, W) on the CPU; iterated twice. Each batch is asked
   *     for within a scope of its own, so that a tensor made by the iterator is freed after use.
   * @param seed of the choice of patches: same seed, same images, same parameters
   * @throws IllegalArgumentException if there is no image, or one of a size that does not fit
   */
  public Map<String, StoredTensor> fit(Iterable<Tensor> batches, long seed) {
    Natives.load();
    return new PatchPcaFit(this, seed).fit(batches);
  }

  @Override
  public Optional<ImageLearner> learner() {
    return Optional.of(this::fit);
  }

  @Override
  public String name() {
    return "patch-pca";
  }

  /** None: the training images teach it. */
  @Override
  public List<PretrainedNetwork> pretrained() {
    return List.of();
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    List<V> features = new ArrayList<>();
    V image = images;
    for (int scale = 0; scale < settings.scales(); scale++) {
      image = scale == 0 ? image : shrink(ops, image);
      V pooled = pooled(ops, scale, image);
      features.add(
          Layers.frozenConv2d(ops, whitening(scale), pooled, 2L * settings.filters(), 1, 1, 0));
    }
    return features;
  }

  @Override
  public List<Integer> strides() {
    List<Integer> strides = new ArrayList<>();
    for (int scale = 0; scale < settings.scales(); scale++) {
      strides.add(POOL << scale);
    }
    return strides;
  }

  @Override
  public void requireInput(long height, long width) {
    InputSize.requireMultiple(name(), height, width, POOL << (settings.scales() - 1));
    int least = (settings.kernel() / 2 + 1) << (settings.scales() - 1);
    if (Math.min(height, width) < least) {
      throw new IllegalArgumentException(
          "input %s x %s: patch-pca with kernel %s takes at least %s"
              .formatted(height, width, settings.kernel(), least));
    }
  }

  static String filters(int scale) {
    return PREFIX + "scale" + scale + ".filters";
  }

  static String whitening(int scale) {
    return PREFIX + "scale" + scale + ".whitening";
  }

  /** The image at half its size. */
  static <V> V shrink(Ops<V> ops, V image) {
    return ops.averagePool2d(image, 2, 2, 0);
  }

  /**
   * Compressed, pooled and rectified responses to the filters of a scale, (N, 2·filters, H/4, W/4).
   */
  <V> V pooled(Ops<V> ops, int scale, V image) {
    int kernel = settings.kernel();
    String name = filters(scale);
    V weight = ops.parameter(name + ".weight", Init.FROZEN, settings.filters(), 3, kernel, kernel);
    V bias = ops.parameter(name + ".bias", Init.FROZEN, settings.filters());
    // Zeros at the border would be an edge that no good part has inside.
    V r = ops.conv2d(ops.padReflect(image, kernel / 2), weight, bias, 1, 0);
    V rectified = ops.concat(List.of(ops.relu(r), ops.relu(ops.multiply(r, -1))), 1);
    V pooled = ops.averagePool2d(rectified, POOL_WINDOW, POOL, POOL_PADDING);
    return ops.log(ops.add(pooled, LOG_OFFSET));
  }
}
