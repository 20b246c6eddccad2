package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.nn.CostOps;
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
    return NetworkWalk.of(config, new CostOps()).shapes();
  }

  /** The number of rows of the fused anomaly map: of the finest latents. */
  public int mapHeight() {
    return (int) latents.get(0)[2];
  }

  /** The number of columns of the fused anomaly map: of the finest latents. */
  public int mapWidth() {
    return (int) latents.get(0)[3];
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
