package dev.flowline.extractor;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/** The trainable part behind an extractor whose features have no common scale. */
final class Normalizations {
  private Normalizations() {}

  /** Layer normalisation over [C, H, W], one for each scale, as FastFlow and U-Flow have it. */
  static <V> List<V> ofScales(Ops<V> ops, List<V> features) {
    List<V> normalized = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      String name = FeatureExtractor.NORMALIZATIONS + i;
      normalized.add(Layers.layerNormOverImage(ops, name, features.get(i)));
    }
    return normalized;
  }
}
