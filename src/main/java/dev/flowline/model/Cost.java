package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.nn.CostOps;
import java.util.List;

/**
 * What the inspection of one image takes, counted without running it.
 *
 * @param shapes what it was counted for
 * @param extractorParameters frozen scalars; 0 for a network of the user's own, which only runs
 * @param trainableParameters flow and normalisations; 0 for a method that is fitted
 * @param extractorMacs multiply-accumulates of the extractor, 0 for a network of the user's own; of
 *     all rotations of the image if several are tested together
 * @param flowMacs multiply-accumulates behind the extractor, of all rotations too
 */
public record Cost(
    @JsonUnwrapped NetworkShapes shapes,
    long extractorParameters,
    long trainableParameters,
    long extractorMacs,
    long flowMacs) {

  /**
   * Counts what an inspection with a model takes.
   *
   * @throws IllegalArgumentException if extractor or method cannot work as configured
   */
  public static Cost of(ModelConfig config) {
    FeatureExtractor extractor = config.extractor().create();
    CostOps frozen = new CostOps();
    List<long[]> features = extractor.features(frozen, NetworkShapes.image(config));
    CostOps trained = new CostOps();
    List<long[]> latents = config.settings().latents(trained, extractor, features).values();
    int inspected = Math.max(1, config.settings().testRotations());
    return new Cost(
        new NetworkShapes(features, latents),
        frozen.frozenParameters(),
        trained.trainableParameters(),
        inspected * frozen.multiplyAccumulates(),
        inspected * trained.multiplyAccumulates());
  }
}
