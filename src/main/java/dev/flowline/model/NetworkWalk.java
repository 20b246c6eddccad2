package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Latents;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.util.Collection;
import java.util.List;

/**
 * A walk through the networks of a configuration, which are not run: what they ask for, and which
 * shapes one image takes.
 *
 * @param pooled (1, C, H, W) by scale: what is kept of the features of an image as it is
 * @param parameters all that the networks ask for
 */
record NetworkWalk(
    FeatureExtractor extractor,
    NetworkShapes shapes,
    List<long[]> pooled,
    Collection<ParameterSpec> parameters) {

  /**
   * Walks through the networks, the anomaly map included.
   *
   * @param ops counts, and may give up
   * @throws IllegalArgumentException if extractor or method cannot work as configured
   */
  static NetworkWalk of(ModelConfig config, CostOps ops) {
    FeatureExtractor extractor = config.extractor().create();
    Method method = config.settings();
    List<long[]> features = extractor.features(ops, NetworkShapes.image(config));
    List<long[]> pooled = method.pooled(ops, features);
    Latents<long[]> latents = method.latents(ops, extractor, features);
    method.anomalyMap(
        ops, latents, config.preprocessing().height(), config.preprocessing().width());
    return new NetworkWalk(
        extractor, new NetworkShapes(features, latents.values()), pooled, ops.parameters());
  }
}
