package dev.flowline.nn;

import dev.flowline.internal.LibFlowline;
import java.lang.ref.Reference;
import org.bytedeco.pytorch.Tensor;

/** A convolution of 3 × 3 with stride 1 and padding 1 in libflowline, with its weights packed. */
final class PackedConvolution implements AutoCloseable {
  private static final long BYTES_OF_3X3 = 4 * 36; // of each input and output
  private static final long BYTES_OF_1X1 = 4;

  private final LibFlowline.Convolution convolution = new LibFlowline.Convolution();
  private final long outputs;

  /**
   * Packs weights.
   *
   * @param weight (out, in, 3, 3) float32
   * @param bias (out) float32; null for none
   */
  PackedConvolution(Tensor weight, Tensor bias) {
    outputs = weight.size(0);
    Tensor rows = weight.contiguous();
    Tensor dense = bias == null ? null : bias.contiguous();
    LayerContexts.run(
        context ->
            LibFlowline.flowline_convolution_create(
                context,
                weight.size(1),
                outputs,
                rows.data_ptr().address(),
                dense == null ? 0 : dense.data_ptr().address(),
                convolution));
    Reference.reachabilityFence(rows);
    Reference.reachabilityFence(dense);
  }

  /**
   * Returns about how much memory libflowline packs weights into, in bytes.
   *
   * @param weight (out, in, k, k) with k = 1 or 3
   */
  static long bytes(Tensor weight) {
    long each = weight.size(2) == 3 ? BYTES_OF_3X3 : BYTES_OF_1X1;
    return each * weight.size(0) * weight.size(1);
  }

  /**
   * Computes the convolution.
   *
   * @param x (N, in, H, W) float32
   * @param summand (N, out, H, W) float32, added to it; null for none
   * @param rectified whether negative sums become 0
   * @return (N, out, H, W), channels side by side
   */
  Tensor forward(Tensor x, Tensor summand, boolean rectified) {
    Tensor input = PixelLayout.dense(x);
    Tensor added = summand == null ? null : PixelLayout.dense(summand);
    long[] shape = {input.size(0), outputs, input.size(2), input.size(3)};
    Tensor output = PixelLayout.empty(shape);
    try (LibFlowline.Tensor from = new LibFlowline.Tensor(1);
        LibFlowline.Tensor summed = new LibFlowline.Tensor(1)) {
      PixelLayout.describe(input, from);
      if (added != null) {
        PixelLayout.describe(added, summed);
      }
      LayerContexts.run(
          context ->
              LibFlowline.flowline_convolution_forward(
                  context,
                  convolution,
                  from,
                  added == null ? null : summed,
                  rectified ? 1 : 0,
                  output.data_ptr().address()));
    }
    Reference.reachabilityFence(input);
    Reference.reachabilityFence(added);
    Reference.reachabilityFence(output);
    return output;
  }

  @Override
  public void close() {
    LibFlowline.flowline_convolution_destroy(convolution);
  }
}
