package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Flow;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.nn.Ops;
import java.util.List;
import java.util.Map;

/**
 * A method with a normalizing flow, which learns by gradients of a loss.
 *
 * <p>If a method does not say otherwise, it learns as FastFlow and U-Flow do.
 */
public non-sealed interface FlowMethod extends Method {
  /**
   * Builds the flow over input of these shapes.
   *
   * @param input (N, C, H, W) by scale, finest first, as {@link #flowInput} gives it
   * @throws IllegalArgumentException naming the setting and its bound, if it cannot work on them
   */
  Flow flow(List<long[]> input);

  /**
   * Makes the flow's input of frozen features, by default the features themselves; a method may put
   * the extractor's trainable normalisation in between.
   *
   * @param features {@linkplain #pooled pooled} or not
   */
  default <V> List<V> flowInput(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    return features;
  }

  @Override
  default <V> Latents<V> latents(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    List<V> input = flowInput(ops, extractor, features);
    return flow(input.stream().map(ops::shape).toList()).forward(ops, input);
  }

  /** Computes what a training makes small, a scalar; by default the mean over images of the NLL. */
  default <V> V loss(Ops<V> ops, Latents<V> latents) {
    return NegativeLogLikelihood.mean(ops, latents);
  }

  /**
   * Computes numbers, (N), by the name of a parameter ({@link dev.flowline.nn.Init#statistic}) that
   * is to hold their maximum over all training images, for {@link #anomalyMap} to refer to. None by
   * default.
   */
  default <V> Map<String, V> maxima(Ops<V> ops, Latents<V> latents) {
    return Map.of();
  }

  @Override
  default TrainingPlan trainingPlan() {
    return new TrainingPlan.OnImages(this);
  }
}
