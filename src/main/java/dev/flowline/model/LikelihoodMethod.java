package dev.flowline.model;

import dev.flowline.flow.Latents;
import dev.flowline.nn.Ops;

/**
 * A flow method whose anomaly map is 1 − the likelihood's mean over scales, and whose score is that
 * map's maximum, as in U-Flow and FastFlow. libflowline has the same law and computes it beside the
 * test from the same energies: see {@link AnomalyModel#mapsLikelihood}.
 */
public interface LikelihoodMethod extends FlowMethod {
  @Override
  default boolean mapsLikelihood() {
    return true;
  }

  @Override
  default <V> V anomalyMap(Ops<V> ops, Latents<V> latents, long height, long width) {
    return AnomalyMaps.unlikelihood(ops, latents.values(), height, width);
  }

  @Override
  default <V> V anomalyScore(Ops<V> ops, Latents<V> latents, V anomalyMap) {
    return ops.maxPerSample(anomalyMap);
  }
}
