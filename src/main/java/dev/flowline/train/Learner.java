package dev.flowline.train;

import dev.flowline.model.FittedMethod;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import java.io.IOException;
import java.util.function.Function;

/** What brings a model to its weights: updates by gradients, or a fit. */
interface Learner {
  /**
   * Learns to the end; the model then has the final weights.
   *
   * @param resume go on from the checkpoint, if there is one
   * @return how the weights came about
   * @throws TrainingDivergedException if the loss is not finite; the checkpoint is untouched
   * @throws IOException if a checkpoint cannot be written or read, or belongs to another run
   */
  ModelConfig.TrainingFacts run(boolean resume) throws IOException;

  /**
   * Returns the learner that the plan of the model's method asks for.
   *
   * @param model whose weights are changed in place; stays the caller's
   * @param training at least one image
   * @param validation held-out good images, which choose the epoch; may have no images
   * @param negatives of the training images, if the plan contrasts; otherwise {@link
   *     Negatives#NONE}
   * @throws IllegalArgumentException if there is nothing to learn from
   */
  static Learner of(
      TrainableModel model,
      TrainingConfig config,
      TrainingSet training,
      HeldOutSet validation,
      Negatives negatives,
      CheckpointFile checkpoint,
      TrainingListener listener) {
    return of(
        model, config, config.epochs(), training, validation, negatives, checkpoint, listener);
  }

  /**
   * Returns the learner that ends after a certain epoch; otherwise as the other one.
   *
   * @param lastEpoch at least 1; the learning rate's course stays that of the configured epochs
   */
  static Learner of(
      TrainableModel model,
      TrainingConfig config,
      int lastEpoch,
      TrainingSet training,
      HeldOutSet validation,
      Negatives negatives,
      CheckpointFile checkpoint,
      TrainingListener listener) {
    return LearnerByPlan.of(
        model,
        config,
        training,
        negatives,
        new LearnerByPlan.Maker<>() {
          @Override
          public Learner trained(FlowMethod method, Function<Optimizer, TrainingStep> steps) {
            Epochs epochs = new Epochs(model, config, training, validation, listener);
            return new Trainer(model, method, epochs, lastEpoch, steps, checkpoint, listener);
          }

          @Override
          public Learner fitted(FittedMethod method) {
            return new Fitting(model, method, training);
          }
        });
  }
}
