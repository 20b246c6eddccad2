package dev.flowline.nn;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.Tensors;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Images with the channels of a pixel side by side, as libflowline's layers take them. */
final class PixelLayout {
  private PixelLayout() {}

  /** Returns the same values with channels side by side and no gaps: itself if they lie so. */
  static Tensor dense(Tensor images) {
    return Tensors.channelsLast(images);
  }

  /** Returns memory for float32 images (N, C, H, W), which lie as {@link #dense} has them. */
  static Tensor empty(long... shape) {
    return torch.empty(
        shape,
        new TensorOptions(ScalarType.Float),
        new MemoryFormatOptional(MemoryFormat.ChannelsLast));
  }

  /** Returns memory for a float64 number of each image, (N). */
  static Tensor emptyByImage(long images) {
    return torch.empty(
        new long[] {images}, new TensorOptions(ScalarType.Double), new MemoryFormatOptional());
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
