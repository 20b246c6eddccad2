package dev.flowline.extractor;

import dev.flowline.nn.Ops;
import java.util.List;

/**
 * A frozen network that turns an image into features at one or more scales, and the small trainable
 * part that some put behind it.
 */
public interface FeatureExtractor {
  /**
   * Features, finest scale first; nothing in it is trained, so the result may be kept for an image.
   *
   * @param images normalised as the extractor's preprocessing says, (N, 3, H, W)
   */
  <V> List<V> features(Ops<V> ops, V images);

  /** What the flow is given: the features themselves, or a trainable normalisation of them. */
  default <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return features;
  }
}
