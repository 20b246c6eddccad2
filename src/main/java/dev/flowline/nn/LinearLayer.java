package dev.flowline.nn;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Tensors;
import java.lang.ref.Reference;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A linear layer in libflowline. */
final class LinearLayer {
  private static final long FEWEST_ROWS = 64; // fewer are not worth the packing of the weights
  private static final long FEWEST_OUTPUTS = 16;
  private static final long MOST_CHANNELS = 65536;

  private LinearLayer() {}

  /**
   * Returns whether libflowline computes a layer, and faster than LibTorch.
   *
   * @param weight (out, in)
   */
  static boolean fits(Tensor x, Tensor weight) {
    long inputs = weight.size(1);
    long outputs = weight.size(0);
    return x.numel() / inputs >= FEWEST_ROWS
        && outputs >= FEWEST_OUTPUTS
        && Math.max(inputs, outputs) <= MOST_CHANNELS
        && x.scalar_type().intern() == ScalarType.Float
        && weight.scalar_type().intern() == ScalarType.Float;
  }

  /**
   * Computes x·weightᵀ + bias over the last dimension.
   *
   * @param x float32
   * @param weight (out, in) float32
   * @param bias (out) float32; null for none
   */
  static Tensor forward(Tensor x, Tensor weight, Tensor bias) {
    long inputs = weight.size(1);
    long outputs = weight.size(0);
    Tensor input = x.contiguous();
    Tensor dense = weight.contiguous();
    Tensor added = bias == null ? null : bias.contiguous();
    long rows = input.numel() / inputs;
    Tensor output = torch.empty(rows, outputs);
    LayerContexts.run(
        context ->
            LibFlowline.flowline_linear(
                context,
                rows,
                inputs,
                outputs,
                input.data_ptr().address(),
                dense.data_ptr().address(),
                added == null ? 0 : added.data_ptr().address(),
                output.data_ptr().address()));
    Reference.reachabilityFence(input);
    Reference.reachabilityFence(dense);
    Reference.reachabilityFence(added);
    long[] shape = Tensors.shape(x);
    shape[shape.length - 1] = outputs;
    return output.reshape(shape);
  }
}
