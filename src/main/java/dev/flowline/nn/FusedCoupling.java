package dev.flowline.nn;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.Tensors;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.bytedeco.pytorch.Tensor;

/**
 * The work of a coupling block beside its subnet, in one pass over memory: soft clamp, scale,
 * shift, global affine and permutation, as {@code flowline_coupling} describes them. For float32
 * tensors on the CPU; no gradients are recorded. Its methods are called one after the other, by one
 * thread.
 */
final class FusedCoupling implements AutoCloseable {
  private final List<Tensor> parameters; // whose addresses the coupling has
  private final LibFlowline.Context context = new LibFlowline.Context();
  private final LibFlowline.Coupling coupling = new LibFlowline.Coupling();
  private final LibFlowline.Tensor image = new LibFlowline.Tensor(1);
  private final LibFlowline.Tensor subnetOutput = new LibFlowline.Tensor(1);

  /**
   * @param clamp the function that clamps the log-scale
   * @param gain (1, C, 1, 1) float32, offset likewise, permutation (C) int32: all dense
   */
  FusedCoupling(
      ClampLaw clamp,
      double alpha,
      double subnetGain,
      Tensor gain,
      Tensor offset,
      Tensor permutation) {
    parameters = List.of(gain, offset, permutation);
    coupling.clamp(clamp.code).alpha((float) alpha).subnet_scale((float) subnetGain);
    coupling.gain(gain.data_ptr().address()).offset(offset.data_ptr().address());
    coupling.permutation(permutation.data_ptr().address());
    FlowlineException.check(LibFlowline.flowline_context_create(null, context));
  }

  /** Writes y, which has x's strides; adds to logDet, (N) float64. */
  void forward(Tensor x, Tensor subnet, Tensor y, Tensor logDet) {
    set(image, x);
    set(subnetOutput, subnet);
    requireLike(x, y);
    run(
        () ->
            LibFlowline.flowline_coupling_forward(
                context, coupling, image, subnetOutput, address(y), address(logDet)),
        List.of(x, subnet, y, logDet));
  }

  /** The first step of the inverse: writes what was before permutation and affine to x. */
  void undoAffine(Tensor y, Tensor x, Tensor logDet) {
    set(image, y);
    requireLike(y, x);
    run(
        () ->
            LibFlowline.flowline_coupling_undo_affine(
                context, coupling, image, address(x), address(logDet)),
        List.of(y, x, logDet));
  }

  /** The second step of the inverse: x is what the first wrote, subnet is of its first channels. */
  void inverse(Tensor x, Tensor subnet, Tensor logDet) {
    set(image, x);
    set(subnetOutput, subnet);
    run(
        () ->
            LibFlowline.flowline_coupling_inverse(
                context, coupling, image, subnetOutput, address(logDet)),
        List.of(x, subnet, logDet));
  }

  /** Calls, and keeps the tensors whose addresses it passes until the call is done. */
  private void run(IntSupplier call, List<Tensor> tensors) {
    try {
      FlowlineException.check(call.getAsInt());
    } finally {
      Reference.reachabilityFence(tensors);
      Reference.reachabilityFence(parameters);
    }
  }

  private static void set(LibFlowline.Tensor native4, Tensor tensor) {
    NativeView view = Tensors.view(tensor);
    if (view.repeatsOneElement()) {
      throw new IllegalArgumentException(
          "a tensor must not repeat one element everywhere, " + Arrays.toString(view.shape()));
    }
    long[] shape = view.shape();
    long[] strides = view.strides();
    native4.data(view.address());
    native4.batch(shape[0]).channels(shape[1]).height(shape[2]).width(shape[3]);
    native4.batch_stride(strides[0]).channel_stride(strides[1]);
    native4.row_stride(strides[2]).column_stride(strides[3]);
    native4.flags(LibFlowline.FLOWLINE_TENSOR_BROADCAST); // strides of 0 are meant
  }

  private static void requireLike(Tensor wanted, Tensor actual) {
    NativeView a = Tensors.view(wanted);
    NativeView b = Tensors.view(actual);
    if (!Arrays.equals(a.shape(), b.shape()) || !Arrays.equals(a.strides(), b.strides())) {
      throw new IllegalStateException("the result lies otherwise in memory than its source");
    }
  }

  private static long address(Tensor tensor) {
    return tensor.data_ptr().address();
  }

  @Override
  public void close() {
    LibFlowline.flowline_context_destroy(context);
    coupling.close();
    image.close();
    subnetOutput.close();
  }
}
