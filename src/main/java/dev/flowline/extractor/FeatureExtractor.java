package dev.flowline.extractor;

import dev.flowline.nn.CostOps;
import dev.flowline.nn.Ops;
import dev.flowline.nn.ParameterSpec;
import java.util.Collection;
import java.util.List;

/**
 * A frozen network that turns an image into features at one or more scales, and the small trainable
 * part that some put behind it. Its parameters are named as in the released U-Flow checkpoints.
 */
public sealed interface FeatureExtractor
    permits AlexNet,
        CaiT,
        Deit,
        EfficientNet,
        FileNetwork,
        MViT,
        MsCaiT,
        MsEfficientNet,
        PatchPca,
        ResNet,
        Swin {
  /** What the names of the frozen parameters of a single network begin with. */
  String PREFIX = "feature_extractor.extractor.";

  /** What the names of the trainable normalisations begin with; the scale's index follows. */
  String NORMALIZATIONS = "feature_extractor.feature_normalizations.";

  /**
   * Features, finest scale first; nothing in it is trained, so the result may be kept for an image.
   *
   * @param images normalised as the extractor's preprocessing says, (N, 3, H, W)
   * @throws IllegalArgumentException if it cannot work on images of that size
   */
  <V> List<V> features(Ops<V> ops, V images);

  /** What the flow is given: the features themselves, or a trainable normalisation of them. */
  default <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return features;
  }

  /** Pixels of the input per position of each scale, finest first. */
  List<Integer> strides();

  /**
   * @throws IllegalArgumentException naming the value and its bound, if the extractor cannot work
   *     on images of H×W pixels
   */
  void requireInput(long height, long width);

  /**
   * Shapes of the features of one image of H×W pixels, (C, H, W) each, finest first.
   *
   * @throws IllegalArgumentException as {@link #requireInput}
   */
  default List<long[]> featureShapes(long height, long width) {
    return features(new CostOps(), new long[] {1, 3, height, width}).stream()
        .map(s -> new long[] {s[1], s[2], s[3]})
        .toList();
  }

  /**
   * The frozen parameters that {@link #features} asks for.
   *
   * @throws IllegalArgumentException as {@link #requireInput}
   */
  default Collection<ParameterSpec> frozenParameters(long height, long width) {
    CostOps cost = new CostOps();
    features(cost, new long[] {1, 3, height, width});
    return cost.parameters();
  }
}
