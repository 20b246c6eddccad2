package dev.flowline.model;

import dev.flowline.flow.Latents;
import dev.flowline.nn.Ops;

/**
 * A method whose anomaly map is 1 − the likelihood's mean over scales, and whose score is that
 * map's maximum, as of U-Flow and FastFlow. This very law libflowline has too, and computes beside
 * the test from the same energies: see {@link AnomalyModel#mapsLikelihood}.
 */
public interface LikelihoodMethod extends Method {
  @Override
  default <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width) {
    return AnomalyMaps.unlikelihood(ops, latents.values(), height, width);
  }

  @Override
  default <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap) {
    return ops.maxPerSample(anomalyMap);
  }
}
