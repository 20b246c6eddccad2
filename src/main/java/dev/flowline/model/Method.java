package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Flow;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.nn.Ops;
import java.util.List;
import java.util.Map;

/**
 * A published way to find defects with a normalizing flow: a record of its settings, which is JSON
 * in the model file, and all that follows from them. {@link ModelKind} is the table of them.
 *
 * <p>Where a method does not say otherwise it does as FastFlow and U-Flow do, whose map and score
 * are those of a {@link LikelihoodMethod}.
 */
public interface Method {
  /**
   * The flow over features of these shapes.
   *
   * @param features (N, C, H, W) by scale, finest first
   * @throws IllegalArgumentException naming the setting and its bound, if it cannot work on them
   */
  Flow flow(List<long[]> features);

  /**
   * How far its latents are independent if the flow fits: what the a contrario test builds on.
   *
   * @param scales of the latents
   */
  Independence independence(int scales);

  /**
   * What is to be kept of frozen features: the same, or less where {@link #given} needs less. Of
   * that, it makes the same.
   */
  default <V> List<V> condensed(Ops<V> ops, List<V> features) {
    return features;
  }

  /** Random rotations of each image that a step of training takes; 0 for the image as it is. */
  default int trainingRotations() {
    return 0;
  }

  /**
   * Rotations of an image, evenly around the circle, that are tested together; 0 for the image as
   * it is.
   */
  default int testRotations() {
    return 0;
  }

  /** Frozen features, or what is kept of them → what the flow is given. */
  default <V> List<V> given(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    return features;
  }

  /** What a training makes small, a scalar. */
  default <V> V loss(Ops<V> ops, Latents<V> latents) {
    return NegativeLogLikelihood.mean(ops, latents);
  }

  /** How strange each pixel is, (N, 1, height, width), high = anomalous. */
  <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width);

  /**
   * How strange each image is, (N), high = anomalous.
   *
   * @param anomalyMap of these latents
   */
  <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap);

  /**
   * Numbers by the name of a parameter ({@link dev.flowline.nn.Init#statistic}) that is to hold
   * their maximum over all training images, for {@link #anomalyMap} to refer to. None for most.
   */
  default <V> Map<String, V> maxima(Ops<V> ops, Latents<V> latents) {
    return Map.of();
  }
}
