package dev.flowline.train;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.model.ClFlow;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;

/**
 * One update on normal images and a negative of each, as CL-Flow has it. The optimiser sees to it
 * that the likelihood of normal images does not suffer, see {@link ClFlow#guard}.
 */
record PairedStep(
    TrainableModel model,
    ClFlow method,
    TrainingSet training,
    Negatives negatives,
    Optimizer optimizer)
    implements TrainingStep {
  @Override
  public String dependsOn() {
    return ", negatives %08x".formatted(negatives.checksum());
  }

  @Override
  public double take(int[] images, int epoch, double rate) {
    try (TensorScope scope = TensorScope.open()) {
      Latents<Tensor> normal = model.trainingLatents(training.batch(images));
      Latents<Tensor> negative = model.trainingLatents(negatives.batch(images, epoch));
      Tensor likelihood = method.loss(model.ops(), normal);
      Tensor contrast =
          method.contrast(
              model.ops(), normal.values(), negative.values(), negatives.labels(images, epoch));
      double loss = likelihood.item_double() + contrast.item_double();
      if (!Double.isFinite(loss)) {
        return loss;
      }
      if (contrast.requires_grad()) {
        optimizer.step(likelihood, contrast, method.guard(), rate);
      } else { // a single image has no other to be pulled to
        optimizer.step(likelihood, rate);
      }
      return NegativeLogLikelihood.mean(model.ops(), normal).item_double();
    }
  }
}
