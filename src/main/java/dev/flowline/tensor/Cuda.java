package dev.flowline.tensor;

import dev.flowline.internal.LibFlowline;
import dev.flowline.internal.Natives;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/** The CUDA devices of this process. */
public final class Cuda {
  private Cuda() {}

  /**
   * Returns why LibTorch or libflowline cannot compute on a CUDA device, in a few words; empty if
   * both can.
   */
  public static Optional<String> whyNot(Device device) {
    if (!Natives.hasCudaBuild()) {
      return Optional.of("this build has no CUDA");
    }
    int[] usable = new int[1];
    if (LibFlowline.flowline_cuda_devices(usable) != LibFlowline.FLOWLINE_OK) {
      return Optional.of(LibFlowline.flowline_last_error());
    }
    Natives.load();
    int seen = Math.min(usable[0], torch.cuda_device_count());
    if (seen == 0) {
      return Optional.of("LibTorch sees no CUDA device");
    }
    return device.index() < seen
        ? Optional.empty()
        : Optional.of("there is no device " + device + ", the last is cuda:" + (seen - 1));
  }
}
