package dev.flowline.train;

import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CFlow;
import dev.flowline.model.Method;

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

  /** As the model's method has it. */
  static TrainingStep of(
      AnomalyModel model, TrainingConfig config, FeatureCache fit, Optimizer optimizer) {
    Method method = model.config().settings();
    if (method instanceof CFlow cflow && cflow.positionsByStep() > 0) {
      return new PositionStep(model, cflow, config.seed(), fit, optimizer);
    }
    if (method.trainingRotations() > 0) {
      int rotations = method.trainingRotations();
      return new RotationStep(model, rotations, config.seed(), fit, optimizer);
    }
    return new ImageStep(model, fit, optimizer);
  }
}
