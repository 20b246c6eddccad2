package dev.flowline.flow;

import dev.flowline.io.StoredTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the flow's part of a checkpoint in the layout of the released U-Flow program: the names are
 * ours, except that a prefix ending in {@code model.} may stand before them, that permutations may
 * be one-hot matrices (C, C, 1, 1) and come with their inverses, and that the fixed kernels of the
 * upsamplings are stored too.
 */
public final class ReleasedFlowState {
  private static final String WRAPPER = "model.";

  private ReleasedFlowState() {}

  /**
   * @throws IllegalArgumentException naming the key, if a permutation is none
   */
  public static Map<String, StoredTensor> toFlowline(Map<String, StoredTensor> released) {
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    released.forEach(
        (key, tensor) -> {
          String name =
              key.substring(
                  key.lastIndexOf(WRAPPER) < 0 ? 0 : key.lastIndexOf(WRAPPER) + WRAPPER.length());
          if (name.endsWith(".w_perm")) {
            state.put(name, permutation(key, tensor));
          } else if (!name.endsWith(".w_perm_inv") && !name.endsWith(".downsample_kernel")) {
            state.put(name, tensor);
          }
        });
    return state;
  }

  private static StoredTensor permutation(String key, StoredTensor stored) {
    long[] shape = stored.shape();
    int channels = Math.toIntExact(shape[0]);
    boolean matrix = shape.length > 1 && stored.elements() == (long) channels * channels;
    long[] source = matrix ? new long[channels] : stored.toLongs();
    if (matrix) {
      double[] m = stored.toDoubles();
      for (int i = 0; i < channels; i++) {
        source[i] = -1;
        for (int j = 0; j < channels; j++) {
          if (m[i * channels + j] == 1) {
            source[i] = source[i] == -1 ? j : -2;
          } else if (m[i * channels + j] != 0) {
            source[i] = -2;
          }
        }
      }
    }
    long[] sorted = source.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted.length != channels || sorted[i] != i) {
        throw new IllegalArgumentException(
            key + " is no hard permutation of " + channels + " channels: " + stored);
      }
    }
    return StoredTensor.of(source, channels);
  }
}
