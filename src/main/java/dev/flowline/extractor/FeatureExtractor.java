package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.Ops;
import dev.flowline.nn.ParameterSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A frozen network that turns an image into features at one or more scales, and the small trainable
 * part that some put behind it. Its parameters are named as in the released U-Flow checkpoints.
 *
 * <p>Everything that the program has to know of an extractor is a method here, so that a new one is
 * a class and a row of {@link Backbone}.
 */
public interface FeatureExtractor {
  /** The beginning of the names of the frozen parameters of a single network. */
  String PREFIX = "feature_extractor.extractor.";

  /** The beginning of the names of the trainable normalisations; the scale's index follows. */
  String NORMALIZATIONS = "feature_extractor.feature_normalizations.";

  /** The network's name in messages: the published one, as timm writes it, if it has one. */
  String name();

  /**
   * The networks that public files of weights fill, in the order of their scales. Empty only if
   * there are no such files, since the weights are learned from the training images or come with
   * the extractor.
   */
  List<PretrainedNetwork> pretrained();

  /** The family of networks that published settings of flows are given for. */
  default NetworkFamily family() {
    return NetworkFamily.OTHER;
  }

  /**
   * The same network with the features of other layers than usual; empty if it has no choice of
   * layers.
   *
   * @param layers numbers of stages or blocks, ascending
   * @throws IllegalArgumentException if the network has no such layers
   */
  default Optional<FeatureExtractor> withTaps(List<Integer> layers) {
    return Optional.empty();
  }

  /**
   * Computes the features, finest scale first. Nothing in it is trained, so the result may be kept
   * for an image.
   *
   * @param images normalised as the extractor's preprocessing says, (N, 3, H, W)
   * @throws IllegalArgumentException if it cannot work on images of that size
   */
  <V> List<V> features(Ops<V> ops, V images);

  /** The flow's input: the features themselves, or a trainable normalisation of them. */
  default <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return features;
  }

  /**
   * Returns how this extractor learns its frozen parameters from good images; empty if it comes
   * with its weights.
   */
  default Optional<ImageLearner> learner() {
    return Optional.empty();
  }

  /** A way to learn frozen parameters from good images. */
  @FunctionalInterface
  interface ImageLearner {
    /**
     * Learns the frozen parameters.
     *
     * @param batches normalised images, (N, 3, H, W) on the CPU; iterated several times. Each batch
     *     is asked for within a scope of its own, so that a tensor made by the iterator is freed
     *     after use.
     * @param seed of all that is drawn: same seed, same images, same parameters
     * @throws IllegalArgumentException if there is no image, or one of a size that does not fit
     */
    Map<String, StoredTensor> fit(Iterable<Tensor> batches, long seed);
  }

  /** Pixels of the input per position of each scale, finest first. */
  List<Integer> strides();

  /**
   * Refuses images that the extractor cannot work on.
   *
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
