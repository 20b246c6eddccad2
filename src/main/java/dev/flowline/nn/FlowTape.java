package dev.flowline.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The passes through flow steps that libflowline made for a loss, in their order. It goes back
 * through them, which LibTorch's own backward cannot: that ends at their outputs. For one thread.
 */
public final class FlowTape implements AutoCloseable {
  private final List<TrainedFlowSteps> passes = new ArrayList<>();
  private boolean read;

  /**
   * Promises that every loss goes back through {@link #backward}. Before that nothing is recorded:
   * all gradients are LibTorch's.
   */
  public void read() {
    read = true;
  }

  boolean isRead() {
    return read;
  }

  /** Passes a batch through steps; see {@link TrainedFlowSteps}. */
  Coupling.Result<Tensor> pass(
      List<FlowStep<Tensor>> steps, Function<String, Tensor> permutation, Tensor x) {
    forget(TrainedFlowSteps::isGone);
    TrainedFlowSteps pass = new TrainedFlowSteps(steps, permutation, x);
    passes.add(pass);
    return pass.result();
  }

  /**
   * Adds a loss's gradients to those of the parameters that it depends on.
   *
   * @param keepGraph whether another loss of the same passes follows
   */
  public void backward(Tensor loss, boolean keepGraph) {
    loss.backward(new Tensor(), new BoolOptional(keepGraph), false, new TensorArrayRefOptional());
    forget(TrainedFlowSteps::isGone);
    for (int i = passes.size() - 1; i >= 0; i--) {
      passes.get(i).backward(keepGraph);
    }
    if (!keepGraph) {
      forget(pass -> true);
    }
  }

  /** Returns whether all parameters of steps are such as libflowline takes. */
  static boolean areFinite(List<FlowStep<Tensor>> steps) {
    try (NoGradGuard constant = new NoGradGuard()) {
      TensorVector all = new TensorVector();
      for (FlowStep<Tensor> step : steps) {
        all.push_back(step.firstWeight().flatten());
        all.push_back(step.firstBias().flatten());
        all.push_back(step.secondWeight().flatten());
        all.push_back(step.secondBias().flatten());
        all.push_back(step.coupling().gain().log().flatten()); // of a gain of 0 it is infinite
        all.push_back(step.coupling().offset().flatten());
      }
      return torch.cat(all, 0).isfinite().all().item_bool();
    }
  }

  private void forget(Predicate<TrainedFlowSteps> which) {
    passes.removeIf(
        pass -> {
          boolean gone = which.test(pass);
          if (gone) {
            pass.close();
          }
          return gone;
        });
  }

  @Override
  public void close() {
    forget(pass -> true);
  }
}
