package dev.flowline.segmentation;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.NativeView;

/**
 * The structures that {@code flowline_segment} is called with, made once and filled in place by
 * every call: to make them would cost more than the crossing into the library.
 */
final class NativeArguments implements AutoCloseable {
  private final LibFlowline.Tensor latents;

  /** Windows into the array, which they must not outlive: closing one would free the whole. */
  private final LibFlowline.Tensor[] scales;

  private final LibFlowline.SegmentOptions options;
  private final LibFlowline.Maps maps;

  NativeArguments(SegmentationOptions options, int mostScales) {
    // Retained, so that a scope that is open now does not free them.
    latents = new LibFlowline.Tensor(mostScales).retainReference();
    scales = new LibFlowline.Tensor[mostScales];
    for (int i = 0; i < mostScales; i++) {
      scales[i] = latents.getPointer(i);
    }
    this.options = new LibFlowline.SegmentOptions().retainReference();
    this.options.pfa_bound(options.pfaBound().code).number_of_tests(options.numberOfTests().code);
    maps = new LibFlowline.Maps().retainReference();
  }

  void latent(int i, NativeView view) {
    long[] shape = view.shape();
    scales[i].data(view.address());
    scales[i].batch(shape[0]).channels(shape[1]).height(shape[2]).width(shape[3]);
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

  @Override
  public void close() {
    latents.close();
    options.close();
    maps.close();
  }
}
