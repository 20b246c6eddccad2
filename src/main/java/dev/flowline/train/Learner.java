package dev.flowline.train;

import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import java.io.IOException;

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
    if (training.images() == 0) {
      throw new IllegalArgumentException("there are no images to train on");
    }
    return model
        .model()
        .config()
        .settings()
        .trainingPlan()
        .match(
            new LearnerByPlan(
                model, config, training, validation, negatives, checkpoint, listener));
  }
}
