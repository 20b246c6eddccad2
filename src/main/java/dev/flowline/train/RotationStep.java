package dev.flowline.train;

import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.model.TrainableModel;
import dev.flowline.model.TrainingFeatures;
import dev.flowline.model.TrainingPlan;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/**
 * One update on some rotations of each image, drawn anew from those whose features were kept: see
 * {@link TrainableModel#trainingFeatures}.
 *
 * @param plan how many rotations of each image, and by which method's loss
 * @param seed of the choice
 */
record RotationStep(
    TrainableModel model,
    TrainingPlan.OnRotations plan,
    long seed,
    TrainingSet training,
    Optimizer optimizer)
    implements TrainingStep {
  @Override
  public double take(int[] images, int epoch, double rate) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> kept = model.rotationsApart(training.batch(images)).byScale();
      int each = Math.toIntExact(kept.get(0).size(0) / images.length);
      long[] chosen = chosen(images, each, epoch);
      List<Tensor> some =
          kept.stream()
              .map(features -> Tensors.on(model.model().device(), features))
              .map(features -> model.ops().indexSelect(features, 0, chosen))
              .toList();
      Latents<Tensor> latents = model.trainingLatents(new TrainingFeatures(some));
      Tensor loss = plan.method().loss(model.ops(), latents);
      if (!Double.isFinite(loss.item_double())) {
        return loss.item_double();
      }
      optimizer.step(loss, rate);
      return NegativeLogLikelihood.mean(model.ops(), latents).item_double();
    }
  }

  /** Draws some rotations of each image, none of them twice. */
  private long[] chosen(int[] images, int each, int epoch) {
    int rotations = plan.rotations();
    SplittableRandom random = RandomOrder.source(seed, epoch, images[0]);
    long[] chosen = new long[images.length * rotations];
    for (int image = 0; image < images.length; image++) {
      int[] order = RandomOrder.of(each, random);
      for (int i = 0; i < rotations; i++) {
        chosen[image * rotations + i] = (long) image * each + order[i];
      }
    }
    return chosen;
  }
}
