package dev.flowline.train;

import dev.flowline.model.FittedMethod;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * Computes the parameters of a method that is fitted. There are no epochs, so there is nothing to
 * resume.
 */
record Fitting(TrainableModel model, FittedMethod method, TrainingSet training) implements Learner {
  @Override
  public ModelConfig.TrainingFacts run(boolean resume) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      model.fit(method, training);
    }
    return ModelConfig.TrainingFacts.fitted(training.images());
  }
}
