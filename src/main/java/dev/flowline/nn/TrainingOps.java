package dev.flowline.nn;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The reader for the steps of a training. It differs from {@link TorchOps} in two operations. Batch
 * normalisation takes mean and variance of the batch, as the loss sees them, and moves the running
 * ones towards them; they are parameters like the others ({@link Init#statistic}), stored with the
 * model and in checkpoints. Flow steps are computed by libflowline on the CPU if a tape is
 * {@linkplain FlowTape#read() read}.
 */
public final class TrainingOps extends TorchOps {
  private static final double MOMENTUM = 0.1;

  private final Parameters parameters;
  private final FlowTape tape;

  /**
   * Makes a reader whose gradients are all LibTorch's.
   *
   * @param parameters must outlive this object
   */
  public TrainingOps(Parameters parameters) {
    this(parameters, null);
  }

  /**
   * @param parameters must outlive this object
   * @param tape records passes through flow steps; must outlive this object; null for none
   */
  public TrainingOps(Parameters parameters, FlowTape tape) {
    super(parameters);
    this.parameters = parameters;
    this.tape = tape;
  }

  @Override
  public Optional<Coupling.Result<Tensor>> flowSteps(
      String name, Supplier<List<FlowStep<Tensor>>> steps, Tensor x) {
    if (tape == null || !tape.isRead() || !GradMode.is_enabled() || parameters.device().isCuda()) {
      return Optional.empty();
    }
    List<FlowStep<Tensor>> all = steps.get();
    return FlowTape.areFinite(all)
        ? Optional.of(tape.pass(all, order -> parameter(order, Init.PERMUTATION), x))
        : Optional.empty(); // to a loss that is not finite either, which a training reports
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
