package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Latents;
import dev.flowline.flow.PositionWhitening;
import dev.flowline.flow.Transformed;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Ops;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * PaDiM (Defard, Setkov, Loesch, Audigier 2021): a normal distribution of the feature vector at
 * each position, whose mean and covariance are those of the good images. The latent is the whitened
 * vector, so that its energy is the squared Mahalanobis distance.
 *
 * <p>Coarser scales are resized to the finest one, each pixel the nearest, and channels are drawn
 * at random from those of all scales.
 *
 * @param channels drawn of all scales; all of them if there are no more
 * @param ridge what is added to each variance, above 0
 * @param sigma standard deviation, in pixels of the anomaly map, of the Gaussian that smooths it; 0
 *     for none
 */
public record Padim(int channels, double ridge, double sigma) implements FittedMethod {
  /** The settings published for ResNet-18. */
  public static final Padim DEFAULT = new Padim(100, 0.01, 4);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "PaDiM, a normal distribution at each position, fitted and not trained"
              + " (Defard, Setkov, Loesch, Audigier 2021)",
          false,
          "resnet18",
          224,
          DEFAULT,
          null, // nothing is trained
          List.of());

  private static final String NAME = "padim";

  public Padim {
    if (channels < 1) {
      throw new IllegalArgumentException("channels must be at least 1, got " + channels);
    }
    if (!(ridge > 0)) {
      throw new IllegalArgumentException("ridge must be above 0, got " + ridge);
    }
    if (!(sigma >= 0)) {
      throw new IllegalArgumentException("sigma must be at least 0, got " + sigma);
    }
  }

  @Override
  public <V> Latents<V> latents(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    Transformed<V> z = new PositionWhitening(NAME).forward(ops, vectors(ops, features));
    return new Latents<>(List.of(z.value()), z.logDetJacobian());
  }

  /** Returns the drawn channels of all scales at each position of the finest one, (N, C, H, W). */
  private <V> V vectors(Ops<V> ops, List<V> features) {
    long[] finest = ops.shape(features.get(0));
    V all =
        ops.concat(
            features.stream().map(f -> ops.resizeNearest(f, finest[2], finest[3])).toList(), 1);
    long drawn = Math.min(channels, ops.shape(all)[1]);
    requireRoom(finest[2] * finest[3], drawn);
    return ops.slice(ops.permuteChannels(all, NAME + ".channels"), 1, 0, drawn);
  }

  private static void requireRoom(long positions, long channels) {
    double bytes = (double) positions * channels * channels * Float.BYTES;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "channels must be fewer than %s, or the input smaller: the covariances of %s positions take %.1f GiB, a model file's tensor at most 2 GiB",
              channels,
              positions,
              bytes / (1L << 30)));
    }
  }

  @Override
  public Map<String, StoredTensor> fit(
      Ops<Tensor> ops, FeatureExtractor extractor, GoodFeatures good) {
    PositionGaussians fitted =
        PositionGaussians.of(good.images(), image -> vectors(ops, good.of(image).byScale()), ridge);
    return Map.of(
        NAME + ".mean", fitted.mean(),
        NAME + ".log_scale", fitted.logScale(),
        NAME + ".mixing", fitted.mixing());
  }

  /** The Mahalanobis distance, resized bilinearly and smoothed. */
  @Override
  public <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width) {
    V z = latents.values().get(0);
    V squared = ops.multiply(ops.meanOverChannels(ops.multiply(z, z)), ops.shape(z)[1]);
    V distance = ops.exp(ops.multiply(ops.log(squared), 0.5));
    return new GaussianBlur(sigma).apply(ops, ops.resizeBilinear(distance, height, width));
  }

  /** The map's maximum. */
  @Override
  public <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap) {
    return ops.maxPerSample(anomalyMap);
  }
}
