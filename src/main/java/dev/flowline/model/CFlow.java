package dev.flowline.model;

import dev.flowline.flow.ConditionalFlow;
import dev.flowline.flow.Flow;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.nn.Init;
import dev.flowline.nn.Ops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CFlow-AD (Gudovskiy, Ishizaka, Kozuka 2022): for each layer of the extractor a flow of the
 * vectors at its positions, conditional on where they are.
 *
 * @param blocks coupling blocks by layer
 * @param codeDimensions of the position code, a multiple of 4
 * @param softClamp the function that clamps the couplings' log-scale
 * @param positionsByStep random positions of one layer that an update of its flow is made of; 0 for
 *     all positions of all layers of the images at once
 */
public record CFlow(int blocks, int codeDimensions, SoftClamp softClamp, int positionsByStep)
    implements FlowMethod {
  /** The published settings. */
  public static final CFlow DEFAULT = new CFlow(8, 128, SoftClamp.TANH, 256);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "CFlow-AD, flows of positions (Gudovskiy, Ishizaka, Kozuka 2022)",
          false,
          "wide-resnet50-2-layers-2-4",
          256,
          DEFAULT,
          new PublishedRecipe(
              new PublishedRecipe.Adam(2e-4, 0),
              new PublishedRecipe.Rate(2, 0.1, PublishedRecipe.Decay.COSINE, 1e-3),
              32,
              200),
          List.of(
              PublishedCost.of(
                  "WideResNet-50-2, layers 2-4, at 256",
                  DEFAULT,
                  81.6e6,
                  13.8e9,
                  PublishedCost.shape(512, 32, 32),
                  PublishedCost.shape(1024, 16, 16),
                  PublishedCost.shape(2048, 8, 8))));

  private static final double CLAMP_ALPHA = 1.9;
  private static final double LOWEST = -1e30; // below, a likelihood is 0 in any precision
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

  public CFlow {
    flow(blocks, codeDimensions, softClamp); // which says what is wrong
    if (positionsByStep < 0) {
      throw new IllegalArgumentException(
          "positionsByStep must be at least 0, got " + positionsByStep);
    }
  }

  @Override
  public Flow flow(List<long[]> features) {
    return flow();
  }

  /** The flow over features of any shape, which takes positions by themselves too. */
  public ConditionalFlow flow() {
    return flow(blocks, codeDimensions, softClamp);
  }

  @Override
  public TrainingPlan trainingPlan() {
    return positionsByStep == 0
        ? new TrainingPlan.OnImages(this)
        : new TrainingPlan.OnPositions(this);
  }

  @Override
  public Independence independence(int scales) {
    return Independence.BY_POSITION;
  }

  /** Computes Σ_l mean over positions of −log σ(log p / C). */
  @Override
  public <V> V loss(Ops<V> ops, Latents<V> latents) {
    V sum = null;
    for (int layer = 0; layer < latents.values().size(); layer++) {
      V logLikelihood = logLikelihood(ops, latents, layer);
      long[] shape = ops.shape(logLikelihood);
      V surprise = ops.softplus(ops.multiply(logLikelihood, -1), 1);
      V mean = ops.multiply(ops.sum(surprise), 1.0 / (shape[0] * shape[2] * shape[3]));
      sum = sum == null ? mean : ops.add(sum, mean);
    }
    return sum;
  }

  /**
   * 1 − mean over layers of exp(log p / C − its maximum over the training images), each upsampled
   * bilinearly (align_corners = true); in [0, 1]. The published program takes the maximum over the
   * test set, so that a score depends on the other images; the order of pixels is the same.
   */
  @Override
  public <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width) {
    V sum = null;
    for (int layer = 0; layer < latents.values().size(); layer++) {
      V maximum = ops.parameter(maximum(layer), Init.statistic(Float.NEGATIVE_INFINITY), 1);
      V below = ops.subtract(logLikelihood(ops, latents, layer), maximum);
      V likelihood = ops.exp(ops.clamp(below, LOWEST, 0));
      V up = ops.resizeBilinearAligned(likelihood, height, width);
      sum = sum == null ? up : ops.add(sum, up);
    }
    return ops.toSingle(ops.add(ops.multiply(sum, -1.0 / latents.values().size()), 1));
  }

  /** The map's maximum. */
  @Override
  public <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap) {
    return ops.maxPerSample(anomalyMap);
  }

  /** The largest log p / C by layer. */
  @Override
  public <V> Map<String, V> maxima(Ops<V> ops, Latents<V> latents) {
    Map<String, V> maxima = new LinkedHashMap<>();
    for (int layer = 0; layer < latents.values().size(); layer++) {
      maxima.put(maximum(layer), ops.maxPerSample(logLikelihood(ops, latents, layer)));
    }
    return maxima;
  }

  /** log p / C of each position, log p = −C/2·log 2π − ½‖z‖² + logDet; (N, 1, H, W). */
  private static <V> V logLikelihood(Ops<V> ops, Latents<V> latents, int layer) {
    V z = latents.values().get(layer);
    V energy = ops.multiply(ops.meanOverChannels(ops.multiply(z, z)), -0.5);
    V logDet = ops.multiply(latents.logDetByPosition().get(layer), 1.0 / ops.shape(z)[1]);
    return ops.add(ops.add(energy, logDet), -HALF_LOG_2_PI);
  }

  private static String maximum(int layer) {
    return "flow.scale" + layer + ".largest_log_likelihood";
  }

  private static ConditionalFlow flow(int blocks, int codeDimensions, SoftClamp softClamp) {
    return new ConditionalFlow("flow", blocks, codeDimensions, softClamp, CLAMP_ALPHA);
  }
}
