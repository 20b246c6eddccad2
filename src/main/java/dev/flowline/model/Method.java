package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Latents;
import dev.flowline.nn.Ops;
import java.util.List;

/**
 * A published way to find defects: a record of its settings, which is JSON in the model file, and
 * all that follows from them. {@link ModelKind} is the table of them. A method comes in by one of
 * two doors: {@link FlowMethod} learns by gradients, {@link FittedMethod} computes its parameters
 * from the features at once.
 *
 * <p>Here is what both have in common, which is all that an inspection needs:
 *
 * <pre>
 * image → extractor → features → pooled → latents → anomaly map, anomaly score
 * </pre>
 */
public sealed interface Method permits FlowMethod, FittedMethod {
  /**
   * Pools frozen features to what is kept of them: by default all; DifferNet keeps the mean over
   * positions. {@link #latents} takes features and pooled features alike, and makes the same
   * latents of both.
   *
   * @param features (N, C, H, W) by scale, finest first
   */
  default <V> List<V> pooled(Ops<V> ops, List<V> features) {
    return features;
  }

  /**
   * Maps features to latents, by scale, finest first.
   *
   * @param features (N, C, H, W) by scale, finest first; {@linkplain #pooled pooled} or not
   * @throws IllegalArgumentException naming the setting and its bound, if it cannot work on them
   */
  <V> Latents<V> latents(Ops<V> ops, FeatureExtractor extractor, List<V> features);

  /**
   * The number of rotations of an image, evenly around the circle, that are tested together; 0 for
   * the image as it is.
   */
  default int testRotations() {
    return 0;
  }

  /**
   * States how far the latents of good parts are independent: what the a contrario test builds on.
   *
   * @param scales of the latents
   */
  Independence independence(int scales);

  /** Scores each pixel, (N, 1, height, width), high = anomalous. */
  <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width);

  /**
   * Scores each image, (N), high = anomalous.
   *
   * @param anomalyMap of these latents
   */
  <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap);

  /**
   * Whether anomaly map and score are those of {@link LikelihoodMethod}, which libflowline computes
   * together with the test.
   */
  default boolean mapsLikelihood() {
    return false;
  }

  /** States how a training of this method proceeds. */
  TrainingPlan trainingPlan();
}
