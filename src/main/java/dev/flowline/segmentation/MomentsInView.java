package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.ResultMemory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * The moments of the latents in the smallest rectangle that holds all positions in view. They are
 * those of latents that end at the rectangle: libflowline reads them in place.
 */
final class MomentsInView implements AutoCloseable {
  private final Device device;
  private final int mostScales;
  private final ResultMemory memory;
  private NativeArguments arguments; // null until a field of view needs them

  MomentsInView(Device device, int mostScales) {
    this.device = device;
    this.mostScales = mostScales;
    memory = ResultMemory.on(device);
  }

  /**
   * Returns the moments of each image with the means of the rectangle; the same moments if
   * everything or nothing is in view.
   *
   * @param whole of each image as a whole
   */
  List<LatentMoments> of(
      LibFlowline.Context context,
      List<NativeView> latents,
      FieldOfView view,
      List<LatentMoments> whole) {
    long[] finest = latents.get(0).shape();
    FieldOfView positions = view.resized((int) finest[2], (int) finest[3]);
    if (positions.isWhole() || positions.count() == 0) {
      return whole;
    }
    if (arguments == null) {
      arguments = new NativeArguments(SegmentationOptions.DEFAULT, device, mostScales);
      arguments.fieldOfView(FieldOfView.whole(1, 1));
    }
    Box box = Box.of(positions);
    List<NativeView> cut = latents.stream().map(latent -> box.cut(latent)).toList();
    MomentsMemory layout = MomentsMemory.of(cut, whole.size());
    layout.point(arguments.maps(), memory.reserve(layout.floats()));
    arguments.maps().fused_map(0);
    for (int scale = 0; scale < cut.size(); scale++) {
      arguments.latent(scale, cut.get(scale));
    }
    if (device.isCuda()) {
      FlowlineException.check(
          LibFlowline.flowline_context_set_stream(context, latents.get(0).stream()));
    }
    try {
      FlowlineException.check(
          LibFlowline.flowline_segment(
              context, arguments.latents(), cut.size(), arguments.options(), arguments.maps()));
      List<LatentMoments> moments = new ArrayList<>();
      for (int image = 0; image < whole.size(); image++) {
        moments.add(layout.readMeans(memory, image, whole.get(image).fusedMap()));
      }
      return moments;
    } finally {
      Reference.reachabilityFence(latents); // which keep the memory at the addresses alive
    }
  }

  @Override
  public void close() {
    if (arguments != null) {
      arguments.close();
    }
    memory.close();
  }

  /** A rectangle of positions of the finest scale: from a row and column to before others. */
  private record Box(FieldOfView positions, int top, int bottom, int left, int right) {
    static Box of(FieldOfView positions) {
      int top = positions.height();
      int bottom = 0;
      int left = positions.width();
      int right = 0;
      for (int row = 0; row < positions.height(); row++) {
        for (int column = 0; column < positions.width(); column++) {
          if (positions.contains(row, column)) {
            top = Math.min(top, row);
            bottom = row + 1;
            left = Math.min(left, column);
            right = Math.max(right, column + 1);
          }
        }
      }
      return new Box(positions, top, bottom, left, right);
    }

    /** Returns the part of a latent that the rectangle touches: at least one position. */
    NativeView cut(NativeView latent) {
      long[] shape = latent.shape().clone();
      long[] strides = latent.strides();
      long row = begin(top, positions.height(), shape[2]);
      long column = begin(left, positions.width(), shape[3]);
      shape[2] = end(bottom, positions.height(), shape[2]) - row;
      shape[3] = end(right, positions.width(), shape[3]) - column;
      long first = row * strides[2] + column * strides[3];
      return new NativeView(
          latent.address() + first * Float.BYTES,
          shape,
          strides,
          latent.device(),
          latent.stream(),
          latent.owner());
    }

    private static long begin(long position, long finest, long scale) {
      return position * scale / finest;
    }

    private static long end(long position, long finest, long scale) {
      return (position * scale + finest - 1) / finest;
    }
  }
}
