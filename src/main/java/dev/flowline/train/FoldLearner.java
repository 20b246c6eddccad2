package dev.flowline.train;

import dev.flowline.model.FittedMethod;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.TrainableModel;
import java.util.function.Function;

/** What brings a model to the weights that it has without one fold of the good images. */
sealed interface FoldLearner extends AutoCloseable permits FoldTraining, FoldFit {
  /** Gives the model the final weights of this fold. */
  void load();

  @Override
  default void close() {}

  /**
   * Returns the learner that the plan of the model's method asks for.
   *
   * @param model whose weights are changed in place; those of other folds may share it, since each
   *     keeps its own state. It has the initial weights now.
   * @param features of the images that it learns from, and of the fold that is held out
   */
  static FoldLearner of(
      TrainableModel model,
      TrainingConfig config,
      RunFeatures features,
      CheckpointFile checkpoint,
      TrainingListener listener) {
    TrainingSet training = features.training();
    return LearnerByPlan.of(
        model,
        config,
        training,
        features.negatives(),
        new LearnerByPlan.Maker<>() {
          @Override
          public FoldLearner trained(FlowMethod method, Function<Optimizer, TrainingStep> steps) {
            Epochs epochs = new Epochs(model, config, training, features.validation(), listener);
            return new FoldTraining(model, method, epochs, steps, checkpoint);
          }

          @Override
          public FoldLearner fitted(FittedMethod method) {
            return new FoldFit(new Fitting(model, method, training));
          }
        });
  }
}
