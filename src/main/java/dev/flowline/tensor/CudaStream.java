package dev.flowline.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_cuda;

/** LibTorch's stream on a CUDA device. */
final class CudaStream {
  private CudaStream() {}

  /**
   * Returns the handle of the calling thread's current stream, a {@code cudaStream_t}; 0 is the
   * default stream.
   */
  static long current(int device) {
    try (PointerScope scope = new PointerScope()) {
      boolean isDefault = torch.getCurrentStream((byte) device).id() == 0;
      return isDefault ? 0 : OtherThanDefault.handle(device);
    }
  }

  /** A separate class because only the build with CUDA has the presets that it needs. */
  private static final class OtherThanDefault {
    static long handle(int device) {
      Pointer stream = torch_cuda.getCurrentCUDAStream((byte) device).stream();
      return stream == null ? 0 : stream.address();
    }
  }
}
