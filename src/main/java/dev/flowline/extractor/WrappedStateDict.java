package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes apart a state dict in which the wanted network is a part of something larger: behind a
 * prefix such as {@code module.encoder_q.} (MoCo) or {@code teacher.backbone.} (DINO), beside other
 * networks, queues and heads.
 */
final class WrappedStateDict {
  private static final int DEEPEST = 4;

  /** Parts that are evaluated, where a method trains two networks of the same kind. */
  private static final Set<String> FIRST = Set.of("teacher", "ema", "model_ema", "encoder_q");

  private static final Set<String> LAST = Set.of("student", "encoder_k", "momentum_encoder");

  private WrappedStateDict() {}

  /**
   * Returns the parts behind each common prefix, without it, the likeliest first.
   *
   * @param least tensors that a part must have
   */
  static List<Map<String, StoredTensor>> parts(Map<String, StoredTensor> stateDict, int least) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String name : stateDict.keySet()) {
      int end = name.indexOf('.');
      for (int depth = 0; depth < DEEPEST && end >= 0; depth++) {
        counts.merge(name.substring(0, end + 1), 1, Integer::sum);
        end = name.indexOf('.', end + 1);
      }
    }
    List<String> prefixes = new ArrayList<>(counts.keySet());
    prefixes.removeIf(prefix -> counts.get(prefix) < least);
    prefixes.sort(Comparator.comparingInt(WrappedStateDict::rank)); // stable: in the file's order
    return prefixes.stream().map(prefix -> part(stateDict, prefix)).toList();
  }

  private static Map<String, StoredTensor> part(
      Map<String, StoredTensor> stateDict, String prefix) {
    Map<String, StoredTensor> part = new LinkedHashMap<>();
    stateDict.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  private static int rank(String prefix) {
    List<String> words = List.of(prefix.split("\\."));
    return words.stream().anyMatch(FIRST::contains)
        ? 0
        : words.stream().anyMatch(LAST::contains) ? 2 : 1;
  }
}
