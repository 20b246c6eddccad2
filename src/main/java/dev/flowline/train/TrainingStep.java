package dev.flowline.train;

import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CFlow;
import dev.flowline.model.ClFlow;
import dev.flowline.model.Method;
import java.util.Optional;

/**
 * What a training makes of a batch of images: one update of the weights or several. {@link Trainer}
 * knows when, this knows how.
 */
interface TrainingStep {
  /**
   * Takes the step, or none if the loss is not finite.
   *
   * @param images their numbers in the cache of features; an epoch's steps have none in common
   * @param epoch counted from 1
   * @param rate learning rate
   * @return mean negative log-likelihood of the images, in nats, before the step; not finite where
   *     the loss is not
   */
  double take(int[] images, int epoch, double rate);

  /** Whether the epoch only prepares for the whole loss, so that its weights are none to keep. */
  default boolean prepares(int epoch) {
    return false;
  }

  /**
   * As the model's method has it.
   *
   * @param negatives where the method {@linkplain ClFlow#contrasts contrasts} with them
   */
  static TrainingStep of(
      AnomalyModel model,
      TrainingConfig config,
      FeatureCache fit,
      Optional<Negatives> negatives,
      Optimizer optimizer) {
    Method method = model.config().settings();
    if (method instanceof CFlow cflow && cflow.positionsByStep() > 0) {
      return new PositionStep(model, cflow, config.seed(), fit, optimizer);
    }
    if (method.trainingRotations() > 0) {
      int rotations = method.trainingRotations();
      return new RotationStep(model, rotations, config.seed(), fit, optimizer);
    }
    TrainingStep alone = new ImageStep(model, fit, optimizer);
    if (!(method instanceof ClFlow contrasting) || !contrasting.contrasts()) {
      return alone;
    }
    Negatives paired =
        negatives.orElseThrow(
            () -> new IllegalArgumentException("there are no negatives to contrast with"));
    return new WarmUpStep(
        contrasting.warmUp(config.epochs()),
        alone,
        new PairedStep(model, contrasting, fit, paired, optimizer));
  }
}
