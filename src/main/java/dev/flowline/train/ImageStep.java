package dev.flowline.train;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.model.AnomalyModel;
import dev.flowline.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/** One update on whole images, by the method's loss. */
record ImageStep(AnomalyModel model, FeatureCache fit, Optimizer optimizer)
    implements TrainingStep {
  @Override
  public double take(int[] images, int epoch, double rate) {
    try (TensorScope scope = TensorScope.open()) {
      Latents<Tensor> latents = model.trainingLatents(fit.batch(images));
      Tensor loss = model.loss(latents);
      if (!Double.isFinite(loss.item_double())) {
        return loss.item_double();
      }
      optimizer.step(loss, rate);
      return NegativeLogLikelihood.mean(model.ops(), latents).item_double();
    }
  }
}
