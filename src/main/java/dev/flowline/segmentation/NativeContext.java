package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;

/** The owner of a {@code flowline_context}, for one thread at a time. */
final class NativeContext implements AutoCloseable {
  private final LibFlowline.Context handle = new LibFlowline.Context();

  /** Makes a context on the CPU. */
  NativeContext(int threads) {
    this(Device.CPU, threads);
  }

  /**
   * Makes a context on a device.
   *
   * @param threads 1 to 1024, the caller's included
   * @throws FlowlineException if there is no such device, with the reason
   */
  NativeContext(Device device, int threads) {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads must be 1 to 1024, got " + threads);
    }
    try (var options = new LibFlowline.ContextOptions()) {
      options.threads(threads);
      if (device.isCuda()) {
        options.device(LibFlowline.FLOWLINE_DEVICE_CUDA).device_index(device.index());
      }
      FlowlineException.check(LibFlowline.flowline_context_create(options, handle));
    }
  }

  /**
   * Returns the context, which stays this object's.
   *
   * @throws IllegalStateException after {@link #close}
   */
  LibFlowline.Context handle() {
    if (handle.isNull()) {
      throw new IllegalStateException("the libflowline context is closed");
    }
    return handle;
  }

  @Override
  public void close() {
    if (!handle.isNull()) {
      LibFlowline.flowline_context_destroy(handle);
      handle.setNull();
    }
  }
}
