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
  private int readers;

  /**
   * Promises that every loss goes back through {@link #backward}, until {@link #readNoLonger} is
   * called as often. Otherwise nothing is recorded: all gradients are LibTorch's.
   */
  public void read() {
    readers++;
  }

  /** Takes a promise back; after the last one, what trainings needed in libflowline is freed. */
  public void readNoLonger() {
    if (readers > 0 && --readers == 0) {
      end();
    }
  }

  boolean isRead() {
    return readers > 0;
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

  /**
   * Returns whether all parameters of steps are such as libflowline takes. Each is read once and
   * not copied: a sum is finite if all its elements are, unless they are too large for any loss.
   */
  static boolean areFinite(List<FlowStep<Tensor>> steps) {
    try (NoGradGuard constant = new NoGradGuard()) {
      TensorVector sums = new TensorVector();
      for (FlowStep<Tensor> step : steps) {
        sums.push_back(step.firstWeight().sum());
        sums.push_back(step.firstBias().sum());
        sums.push_back(step.secondWeight().sum());
        sums.push_back(step.secondBias().sum());
        sums.push_back(step.coupling().gain().log().sum()); // of a gain of 0 it is infinite
        sums.push_back(step.coupling().offset().sum());
      }
      return torch.stack(sums).isfinite().all().item_bool();
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

  private void end() {
    forget(pass -> true);
    LayerContexts.release();
  }

  @Override
  public void close() {
    if (readers > 0) {
      readers = 0;
      end();
    }
    forget(pass -> true);
  }
}
