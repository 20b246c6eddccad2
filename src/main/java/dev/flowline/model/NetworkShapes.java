package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Latents;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.util.Collection;
import java.util.List;

/**
 * The shapes that one image takes on its way through a model.
 *
 * @param features (1, C, H, W) by scale, finest first, as the extractor gives them
 * @param latents likewise
 */
public record NetworkShapes(
    @JsonProperty("featureShapes") List<long[]> features,
    @JsonProperty("latentShapes") List<long[]> latents) {

  /**
   * Reads the shapes off a model's networks, which are not run.
   *
   * @throws IllegalArgumentException if extractor or method cannot work as configured
   */
  public static NetworkShapes of(ModelConfig config) {
    FeatureExtractor extractor = config.extractor().create();
    CostOps ops = new CostOps();
    List<long[]> features = extractor.features(ops, image(config));
    return new NetworkShapes(
        features, config.settings().latents(ops, extractor, features).values());
  }

  /**
   * Returns all parameters that a model's networks ask for, which are not run.
   *
   * @throws IllegalArgumentException if extractor or method cannot work as configured
   */
  static Collection<ParameterSpec> parameters(ModelConfig config) {
    FeatureExtractor extractor = config.extractor().create();
    Method method = config.settings();
    CostOps ops = new CostOps();
    List<long[]> features = extractor.features(ops, image(config));
    Latents<long[]> latents = method.latents(ops, extractor, features);
    method.anomalyMap(
        ops, latents, config.preprocessing().height(), config.preprocessing().width());
    return ops.parameters();
  }

  /** The number of latent dimensions of one image, over all scales. */
  public long latentDimensions() {
    return latents.stream().mapToLong(shape -> shape[1] * shape[2] * shape[3]).sum();
  }

  /** The shape of one preprocessed image, (1, 3, H, W). */
  static long[] image(ModelConfig config) {
    return new long[] {1, 3, config.preprocessing().height(), config.preprocessing().width()};
  }
}
