package dev.flowline.train;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/** One update on whole images, by the method's loss. */
record ImageStep(TrainableModel model, FlowMethod method, TrainingSet training, Optimizer optimizer)
    implements TrainingStep {
  @Override
  public double take(int[] images, int epoch, double rate) {
    try (TensorScope scope = TensorScope.open()) {
      Latents<Tensor> latents = model.trainingLatents(training.batch(images));
      Tensor loss = method.loss(model.ops(), latents);
      if (!Double.isFinite(loss.item_double())) {
        return loss.item_double();
      }
      optimizer.step(loss, rate);
      return NegativeLogLikelihood.mean(model.ops(), latents).item_double();
    }
  }
}
