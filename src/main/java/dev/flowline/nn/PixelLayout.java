package dev.flowline.nn;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Images with the channels of a pixel side by side, as libflowline's layers take them. */
final class PixelLayout {
  private PixelLayout() {}

  /** Returns the same values with channels side by side and no gaps: itself if they lie so. */
  static Tensor dense(Tensor images) {
    return Tensors.channelsLast(images);
  }

  /** Describes images that {@link #dense} gave. */
  static void describe(Tensor images, LibFlowline.Tensor described) {
    NativeView view = Tensors.view(images);
    long[] shape = view.shape();
    described.data(view.address());
    described.batch(shape[0]).channels(shape[1]).height(shape[2]).width(shape[3]);
    described.channel_stride(1).column_stride(shape[1]);
    described.row_stride(shape[3] * shape[1]).batch_stride(shape[2] * shape[3] * shape[1]);
  }
}
