package dev.flowline.segmentation;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;

/**
 * The structures that {@code flowline_segment} is called with. They are made once and filled in
 * place by every call: making them costs more than the call into the library.
 */
final class NativeArguments implements AutoCloseable {
  private final LibFlowline.Tensor latents;

  /** The elements of the array. They must not outlive it: closing one would free the whole. */
  private final LibFlowline.Tensor[] scales;

  private final long[][] shapes; // that the scales hold, null at first; they seldom change
  private final long[][] strides;

  private final LibFlowline.SegmentOptions options;
  private final LibFlowline.Maps maps;

  private final NativeLaw law; // null for chi-square energies

  private FieldOfView view; // that options holds; null at first
  private BytePointer ignore; // its mask, (height, width); null for none

  /**
   * Makes the structures for a test.
   *
   * @param device that holds the region law
   */
  NativeArguments(SegmentationOptions test, Device device, int mostScales) {
    law = test.law() == null ? null : new NativeLaw(test.law(), device); // first, as it may fail
    // Retained, so that a scope that is open now does not free them.
    latents = new LibFlowline.Tensor(mostScales).retainReference();
    scales = new LibFlowline.Tensor[mostScales];
    shapes = new long[mostScales][];
    strides = new long[mostScales][];
    for (int i = 0; i < mostScales; i++) {
      scales[i] = latents.getPointer(i);
      scales[i].flags(LibFlowline.FLOWLINE_TENSOR_BROADCAST); // strides of 0 are meant
    }
    options = new LibFlowline.SegmentOptions().retainReference();
    options.pfa_bound(test.pfaBound().code).number_of_tests(test.numberOfTests().code);
    maps = new LibFlowline.Maps().retainReference();
    if (law != null) {
      options.law(law.structure()).smallest_region(test.smallestRegion());
    }
  }

  /**
   * Sets a scale's latent.
   *
   * @param latent (N, C, H, W)
   */
  void latent(int i, NativeView latent) {
    long[] shape = latent.shape();
    long[] strides = latent.strides();
    LibFlowline.Tensor scale = scales[i];
    scale.data(latent.address());
    if (Arrays.equals(shape, shapes[i]) && Arrays.equals(strides, this.strides[i])) {
      return;
    }
    shapes[i] = shape.clone();
    this.strides[i] = strides.clone();
    scale.batch(shape[0]).channels(shape[1]).height(shape[2]).width(shape[3]);
    scale.batch_stride(strides[0]).channel_stride(strides[1]);
    scale.row_stride(strides[2]).column_stride(strides[3]);
  }

  /** Sets the size of the maps and the field of view; the one that is set already costs nothing. */
  void fieldOfView(FieldOfView wanted) {
    if (wanted == view || wanted.equals(view)) {
      return;
    }
    byte[] mask = wanted.ignored(); // what can fail comes before any change
    BytePointer held = mask == null ? null : new BytePointer(mask).retainReference();
    maps.height(wanted.height()).width(wanted.width());
    boolean everywhere =
        wanted.roiHeight() == wanted.height() && wanted.roiWidth() == wanted.width();
    options.roi_x(wanted.x()).roi_y(wanted.y());
    options.roi_width(everywhere ? 0 : wanted.roiWidth());
    options.roi_height(everywhere ? 0 : wanted.roiHeight());
    options.ignore(held == null ? 0 : held.address());
    free();
    ignore = held;
    view = wanted;
  }

  LibFlowline.Tensor latents() {
    return latents;
  }

  LibFlowline.SegmentOptions options() {
    return options;
  }

  LibFlowline.Maps maps() {
    return maps;
  }

  private void free() {
    if (ignore != null) {
      ignore.close();
    }
  }

  @Override
  public void close() {
    free();
    if (law != null) {
      law.close();
    }
    latents.close();
    options.close();
    maps.close();
  }
}
