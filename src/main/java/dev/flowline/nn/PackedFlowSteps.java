package dev.flowline.nn;

import dev.flowline.internal.LibFlowline;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Flow steps one after the other in libflowline, with their weights packed. */
final class PackedFlowSteps implements AutoCloseable {
  private final LibFlowline.FlowStage stage = new LibFlowline.FlowStage();

  /** What makes a stage of steps: one for inspections, or one that has gradients. */
  interface StageMaker {
    int make(
        LibFlowline.Context context,
        long channels,
        LibFlowline.FlowStep steps,
        long count,
        LibFlowline.FlowStage stage);
  }

  /**
   * Packs steps for inspections.
   *
   * @param steps float32, on the CPU
   * @param permutation gives the permutation (C) of a name
   */
  PackedFlowSteps(
      List<FlowStep<Tensor>> steps, Function<String, Tensor> permutation, long channels) {
    this(steps, permutation, channels, LibFlowline::flowline_flow_stage_create);
  }

  /**
   * Packs steps.
   *
   * @param steps float32, on the CPU
   * @param permutation gives the permutation (C) of a name
   */
  PackedFlowSteps(
      List<FlowStep<Tensor>> steps,
      Function<String, Tensor> permutation,
      long channels,
      StageMaker maker) {
    List<Tensor> read = new ArrayList<>();
    List<LibFlowline.Coupling> couplings = new ArrayList<>();
    try (LibFlowline.FlowStep array = new LibFlowline.FlowStep(steps.size())) {
      for (int i = 0; i < steps.size(); i++) {
        FlowStep<Tensor> step = steps.get(i);
        Coupling<Tensor> how = step.coupling();
        LibFlowline.Coupling coupling = new LibFlowline.Coupling();
        couplings.add(coupling);
        coupling.clamp(how.clamp().code).alpha((float) how.alpha());
        coupling.subnet_scale((float) how.subnetGain());
        coupling.gain(address(how.gain(), read)).offset(address(how.offset(), read));
        Tensor order = permutation.apply(how.permutation()).to(ScalarType.Int);
        coupling.permutation(address(order, read));
        LibFlowline.FlowStep described = array.getPointer(i);
        described.kernel(Math.toIntExact(step.firstWeight().size(2)));
        described.hidden(step.firstWeight().size(0));
        described.first_weights(address(step.firstWeight(), read));
        described.first_bias(address(step.firstBias(), read));
        described.second_weights(address(step.secondWeight(), read));
        described.second_bias(address(step.secondBias(), read));
        described.coupling(coupling.address());
      }
      LayerContexts.run(context -> maker.make(context, channels, array, steps.size(), stage));
    } finally {
      couplings.forEach(LibFlowline.Coupling::close);
      Reference.reachabilityFence(read);
    }
  }

  /** Returns about how much memory the packed weights of steps take, in bytes. */
  static long bytes(List<FlowStep<Tensor>> steps) {
    return steps.stream()
        .mapToLong(
            step ->
                PackedConvolution.bytes(step.firstWeight())
                    + PackedConvolution.bytes(step.secondWeight()))
        .sum();
  }

  private static long address(Tensor tensor, List<Tensor> read) {
    Tensor dense = tensor.contiguous();
    read.add(dense);
    return dense.data_ptr().address();
  }

  /**
   * Runs the steps forward.
   *
   * @param x (N, C, H, W) float32
   * @return of the same shape, channels side by side
   */
  Tensor forward(Tensor x) {
    Tensor input = PixelLayout.dense(x);
    Tensor output = torch.empty_like(input);
    try (LibFlowline.Tensor from = new LibFlowline.Tensor(1)) {
      PixelLayout.describe(input, from);
      LayerContexts.run(
          context ->
              LibFlowline.flowline_flow_stage_forward(
                  context, stage, from, output.data_ptr().address()));
    }
    Reference.reachabilityFence(input);
    Reference.reachabilityFence(output);
    return output;
  }

  /** The stage, which lives until this object is closed. */
  LibFlowline.FlowStage stage() {
    return stage;
  }

  @Override
  public void close() {
    LibFlowline.flowline_flow_stage_destroy(stage);
  }
}
