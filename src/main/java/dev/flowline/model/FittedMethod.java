package dev.flowline.model;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Ops;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A method that is fitted and not trained: its parameters are computed from the good images'
 * features at once, without gradients and epochs.
 *
 * <p>{@link #latents} asks for its parameters as statistics ({@link
 * dev.flowline.nn.Init#statistic}), which {@link #fit} computes. A method that yields a map of
 * distances and no latents returns it as a latent of one channel, (N, 1, H, W).
 */
public non-sealed interface FittedMethod extends Method {
  /** Good images' features, which can be read as often as it takes. */
  interface GoodFeatures {
    int images();

    /** Reads the features of one image, which belong to the caller's scope. */
    TrainingFeatures of(int image);
  }

  /**
   * Computes the parameters. It records no gradients and leaves no scope open.
   *
   * @param ops reads the parameters that were drawn and are not fitted
   * @param good at least one image
   * @return values by the name of a parameter, all that {@link #latents} asks for as a statistic
   */
  Map<String, StoredTensor> fit(Ops<Tensor> ops, FeatureExtractor extractor, GoodFeatures good);

  @Override
  default Independence independence(int scales) {
    return Independence.NOT_CLAIMED;
  }

  @Override
  default TrainingPlan trainingPlan() {
    return new TrainingPlan.Fitted(this);
  }
}
