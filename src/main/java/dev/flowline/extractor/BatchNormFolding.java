package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Folds batch norms in evaluation mode into the convolutions before them, in double precision: with
 * γ, β, mean μ and variance σ², s = γ/√(σ² + ε), the weight becomes s·w and the bias s·(b − μ) + β.
 */
public final class BatchNormFolding {
  private static final String VARIANCE = ".running_var";

  private BatchNormFolding() {}

  /**
   * The same state dict without its batch norms. One that is incomplete, or without a convolution
   * of as many channels, stays as it is.
   *
   * @param stateDict names of ResNets: {@code bnK} behind {@code convK}, {@code downsample.1}
   *     behind {@code downsample.0}
   */
  public static Map<String, StoredTensor> fold(
      Map<String, StoredTensor> stateDict, double epsilon) {
    return fold(stateDict, epsilon, BatchNormFolding::convolutionOf);
  }

  /**
   * @param convolutionBefore the name of the convolution before the batch norm of a name
   */
  static Map<String, StoredTensor> fold(
      Map<String, StoredTensor> stateDict,
      double epsilon,
      UnaryOperator<String> convolutionBefore) {
    Map<String, StoredTensor> folded = new LinkedHashMap<>(stateDict);
    for (String key : stateDict.keySet()) {
      if (key.endsWith(VARIANCE)) {
        String norm = key.substring(0, key.length() - VARIANCE.length());
        foldOne(folded, norm, convolutionBefore.apply(norm), epsilon);
      }
    }
    folded.keySet().removeIf(key -> key.endsWith(".num_batches_tracked"));
    return folded;
  }

  private static void foldOne(
      Map<String, StoredTensor> state, String norm, String conv, double epsilon) {
    StoredTensor weight = state.get(conv + ".weight");
    List<String> names =
        List.of(norm + ".weight", norm + ".bias", norm + ".running_mean", norm + VARIANCE);
    StoredTensor given = state.get(conv + ".bias");
    boolean complete =
        weight != null
            && weight.shape().length > 0
            && (given == null || given.elements() == weight.shape()[0])
            && names.stream()
                .map(state::get)
                .allMatch(t -> t != null && t.elements() == weight.shape()[0]);
    if (!complete) {
      return;
    }
    double[] gamma = state.remove(names.get(0)).toDoubles();
    double[] beta = state.remove(names.get(1)).toDoubles();
    double[] mean = state.remove(names.get(2)).toDoubles();
    double[] variance = state.remove(names.get(3)).toDoubles();
    int out = gamma.length;
    double[] bias = given == null ? new double[out] : given.toDoubles();
    float[] foldedWeight = new float[Math.toIntExact(weight.elements())];
    float[] foldedBias = new float[out];
    int fan = foldedWeight.length / out;
    for (int c = 0; c < out; c++) {
      double scale = gamma[c] / Math.sqrt(variance[c] + epsilon);
      foldedBias[c] = (float) (scale * (bias[c] - mean[c]) + beta[c]);
      for (int i = c * fan; i < (c + 1) * fan; i++) {
        foldedWeight[i] = (float) (scale * weight.get(i));
      }
    }
    state.put(conv + ".weight", StoredTensor.of(foldedWeight, weight.shape()));
    state.put(conv + ".bias", StoredTensor.of(foldedBias, out));
  }

  private static String convolutionOf(String norm) {
    return norm.endsWith("downsample.1")
        ? norm.substring(0, norm.length() - 1) + "0"
        : norm.replaceFirst("bn(\\d+)$", "conv$1");
  }
}
