package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Folds batch norms in evaluation mode into the convolutions before them, in double precision: with
 * γ, β, mean μ and variance σ², s = γ/√(σ² + ε), the weight becomes s·w and the bias s·(b − μ) + β.
 */
public final class BatchNormFolding {
  private static final String VARIANCE = ".running_var";

  private BatchNormFolding() {}

  /**
   * The same state dict without its batch norms. One that has none comes back as it is.
   *
   * @param stateDict names of ResNets: {@code bnK} behind {@code convK}, {@code downsample.1}
   *     behind {@code downsample.0}
   * @throws IllegalArgumentException if a batch norm is incomplete or its convolution is not there
   */
  public static Map<String, StoredTensor> fold(
      Map<String, StoredTensor> stateDict, double epsilon) {
    Map<String, StoredTensor> folded = new LinkedHashMap<>(stateDict);
    for (String key : stateDict.keySet()) {
      if (key.endsWith(VARIANCE)) {
        String norm = key.substring(0, key.length() - VARIANCE.length());
        foldOne(folded, norm, convolutionOf(norm), epsilon);
      }
    }
    folded.keySet().removeIf(key -> key.endsWith(".num_batches_tracked"));
    return folded;
  }

  private static void foldOne(
      Map<String, StoredTensor> state, String norm, String conv, double epsilon) {
    StoredTensor weight = state.get(conv + ".weight");
    if (weight == null) {
      throw new IllegalArgumentException("batch norm " + norm + " without its " + conv);
    }
    double[] gamma = take(state, norm + ".weight");
    double[] beta = take(state, norm + ".bias");
    double[] mean = take(state, norm + ".running_mean");
    double[] variance = take(state, norm + VARIANCE);
    int out = gamma.length;
    if (weight.shape()[0] != out
        || beta.length != out
        || mean.length != out
        || variance.length != out) {
      throw new IllegalArgumentException(
          "batch norm %s has %d, %d, %d and %d channels, its %s is %s"
              .formatted(
                  norm, out, beta.length, mean.length, variance.length, conv, weight.toString()));
    }
    StoredTensor givenBias = state.get(conv + ".bias");
    double[] bias = givenBias == null ? new double[out] : givenBias.toDoubles();
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

  private static double[] take(Map<String, StoredTensor> state, String name) {
    StoredTensor tensor = state.remove(name);
    if (tensor == null) {
      throw new IllegalArgumentException("batch norm without its " + name);
    }
    return tensor.toDoubles();
  }

  private static String convolutionOf(String norm) {
    return norm.endsWith("downsample.1")
        ? norm.substring(0, norm.length() - 1) + "0"
        : norm.replaceFirst("bn(\\d+)$", "conv$1");
  }
}
