package dev.flowline.nn;

import dev.flowline.internal.LibFlowline;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A pass of a batch through flow steps in libflowline, forward and back. LibTorch's graph ends at
 * its input and begins anew at its output and log-determinant, which are leaves of their own;
 * {@link #backward} joins the two.
 */
final class TrainedFlowSteps implements AutoCloseable {
  private final List<FlowStep<Tensor>> steps;
  private final PackedFlowSteps packed;
  private final Tensor x;
  private final Tensor dense; // x as libflowline takes it
  private final Tensor y;
  private final Tensor logDet;

  /**
   * Passes a batch forward.
   *
   * @param steps of finite parameters, float32, on the CPU
   * @param permutation gives the permutation (C) of a name
   * @param x (N, C, H, W) float32; this object needs it, and what it makes, until it is closed
   */
  TrainedFlowSteps(List<FlowStep<Tensor>> steps, Function<String, Tensor> permutation, Tensor x) {
    this.steps = steps;
    this.x = x;
    dense = PixelLayout.dense(x.detach());
    y = torch.empty_like(dense);
    logDet = PixelLayout.emptyByImage(x.size(0));
    packed =
        new PackedFlowSteps(
            steps, permutation, x.size(1), LibFlowline::flowline_flow_stage_create_trained);
    try (LibFlowline.Tensor from = new LibFlowline.Tensor(1)) {
      PixelLayout.describe(dense, from);
      LayerContexts.run(
          context ->
              LibFlowline.flowline_flow_stage_forward_log_det(
                  context,
                  packed.stage(),
                  from,
                  y.data_ptr().address(),
                  logDet.data_ptr().address()));
    } catch (RuntimeException | Error e) {
      packed.close(); // nobody else knows of it
      throw e;
    }
    y.set_requires_grad(true);
    logDet.set_requires_grad(true);
  }

  /** The output and its log-determinant. */
  Coupling.Result<Tensor> result() {
    return new Coupling.Result<>(y, logDet);
  }

  /** Whether the scope that the batch belonged to is closed. */
  boolean isGone() {
    return y.isNull();
  }

  /**
   * Goes on back from the gradients that a loss left at output and log-determinant, to the
   * parameters and through what made the input.
   *
   * @param keepGraph whether another loss will come back this way
   */
  void backward(boolean keepGraph) {
    Tensor ofY = y.grad();
    Tensor ofLogDet = logDet.grad();
    if (!ofY.defined() && !ofLogDet.defined()) {
      return;
    }
    TensorVector roots = new TensorVector();
    TensorVector gradients = new TensorVector();
    Tensor ofOutput = ofY.defined() ? PixelLayout.dense(ofY) : torch.zeros_like(dense);
    Tensor ofX = x.requires_grad() ? torch.empty_like(dense) : null;
    List<Tensor> read = new ArrayList<>(List.of(dense, ofOutput));
    try (LibFlowline.Tensor from = new LibFlowline.Tensor(1);
        LibFlowline.Tensor of = new LibFlowline.Tensor(1);
        LibFlowline.FlowStepGradients arrays = new LibFlowline.FlowStepGradients(steps.size())) {
      PixelLayout.describe(dense, from);
      PixelLayout.describe(ofOutput, of);
      for (int i = 0; i < steps.size(); i++) {
        FlowStep<Tensor> step = steps.get(i);
        LibFlowline.FlowStepGradients own = arrays.getPointer(i);
        own.first_weights(zeros(step.firstWeight(), roots, gradients));
        own.first_bias(zeros(step.firstBias(), roots, gradients));
        own.second_weights(zeros(step.secondWeight(), roots, gradients));
        own.second_bias(zeros(step.secondBias(), roots, gradients));
        own.gain(zeros(step.coupling().gain(), roots, gradients));
        own.offset(zeros(step.coupling().offset(), roots, gradients));
      }
      long logDetAddress = 0;
      if (ofLogDet.defined()) {
        Tensor values = ofLogDet.contiguous();
        read.add(values);
        logDetAddress = values.data_ptr().address();
      }
      long ofLogDets = logDetAddress;
      LayerContexts.run(
          context ->
              LibFlowline.flowline_flow_stage_gradients(
                  context,
                  packed.stage(),
                  from,
                  of,
                  ofLogDets,
                  ofX == null ? 0 : ofX.data_ptr().address(),
                  arrays));
    }
    Reference.reachabilityFence(read);
    if (ofX != null) {
      roots.push_back(x);
      gradients.push_back(ofX);
    }
    y.mutable_grad().reset();
    logDet.mutable_grad().reset();
    torch.backward(roots, gradients, new BoolOptional(keepGraph), false, new TensorVector());
  }

  /** Returns the address of zeros for a parameter's gradient; 0 if none is wanted. */
  private static long zeros(Tensor parameter, TensorVector roots, TensorVector gradients) {
    if (!parameter.requires_grad()) {
      return 0;
    }
    Tensor gradient = torch.zeros_like(parameter.contiguous());
    roots.push_back(parameter);
    gradients.push_back(gradient);
    return gradient.data_ptr().address();
  }

  @Override
  public void close() {
    packed.close();
  }
}
