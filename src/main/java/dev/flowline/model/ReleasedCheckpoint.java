package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.flow.ReleasedFlowState;
import dev.flowline.io.StoredTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole checkpoint in the layout of the released U-Flow program: extractor with its batch norms,
 * normalisations and flow. A prefix ending in {@code model.} may stand before all names, and
 * permutations may be one-hot matrices or indices.
 */
public final class ReleasedCheckpoint {
  private static final String FLOW = "flow.module_list.";

  private ReleasedCheckpoint() {}

  /**
   * The parameters of an {@link AnomalyModel} of kind {@link ModelKind#U_FLOW} with soft clamp
   * {@link dev.flowline.flow.SoftClamp#TANH}.
   *
   * @param stateDict as {@link dev.flowline.io.StateDict} reads it
   * @throws IllegalArgumentException if the extractor's weights do not fit, or a permutation is
   *     none
   */
  public static Map<String, StoredTensor> toFlowline(
      FeatureExtractor extractor, Map<String, StoredTensor> stateDict) {
    Map<String, StoredTensor> flow = new LinkedHashMap<>();
    stateDict.forEach(
        (name, tensor) -> {
          if (name.startsWith(FLOW) || name.contains("." + FLOW)) {
            flow.put(name, tensor);
          }
        });
    Map<String, StoredTensor> parameters =
        new LinkedHashMap<>(PretrainedWeights.fit(extractor, stateDict));
    parameters.putAll(ReleasedFlowState.toFlowline(flow));
    return parameters;
  }
}
