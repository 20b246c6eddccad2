package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.nn.CostOps;
import java.util.List;

/**
 * What a model is made of, and what the inspection of one image takes, counted without running it.
 *
 * @param featureShapes (1, C, H, W) by scale, finest first
 * @param latentShapes likewise
 * @param extractorParameters frozen scalars; 0 of a network of the user's own, which only runs
 * @param trainableParameters flow and normalisations
 * @param extractorMacs multiply-accumulates of the extractor, likewise; of all rotations of the
 *     image where several are tested together
 * @param flowMacs multiply-accumulates of the flow, of all rotations too
 */
public record Cost(
    List<long[]> featureShapes,
    List<long[]> latentShapes,
    long extractorParameters,
    long trainableParameters,
    long extractorMacs,
    long flowMacs) {

  public static Cost of(ModelConfig config) {
    FeatureExtractor extractor = config.extractor().create();
    long[] image = {1, 3, config.preprocessing().height(), config.preprocessing().width()};
    CostOps frozen = new CostOps();
    List<long[]> features = extractor.features(frozen, image);
    CostOps trained = new CostOps();
    List<long[]> given = config.settings().given(trained, extractor, features);
    List<long[]> latents = config.settings().flow(given).forward(trained, given).values();
    int inspected = Math.max(1, config.settings().testRotations());
    return new Cost(
        features,
        latents,
        frozen.frozenParameters(),
        trained.trainableParameters(),
        inspected * frozen.multiplyAccumulates(),
        inspected * trained.multiplyAccumulates());
  }
}
