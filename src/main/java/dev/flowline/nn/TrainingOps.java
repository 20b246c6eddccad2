package dev.flowline.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The reader for the steps of a training. It differs from {@link TorchOps} in one operation: batch
 * normalisation takes mean and variance of the batch, as the loss sees them, and moves the running
 * ones towards them; they are parameters like the others ({@link Init#statistic}), stored with the
 * model and in checkpoints.
 */
public final class TrainingOps extends TorchOps {
  private static final double MOMENTUM = 0.1;

  /**
   * @param parameters must outlive this object
   */
  public TrainingOps(Parameters parameters) {
    super(parameters);
  }

  @Override
  public Tensor batchNorm(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor runningMean,
      Tensor runningVariance,
      double epsilon) {
    return torch.batch_norm(
        x,
        optional(weight),
        optional(bias),
        optional(runningMean),
        optional(runningVariance),
        true,
        MOMENTUM,
        epsilon,
        false);
  }
}
