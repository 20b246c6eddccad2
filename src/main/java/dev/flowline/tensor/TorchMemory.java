package dev.flowline.tensor;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Memory for results on any device of LibTorch. */
final class TorchMemory implements ResultMemory {
  private final Device device;
  private Tensor memory; // null at first
  private long floats;

  TorchMemory(Device device) {
    this.device = device;
  }

  @Override
  public long reserve(long floats) {
    if (this.floats < floats) {
      try (PointerScope scope = new PointerScope()) {
        Tensor reserved =
            torch.empty(
                new long[] {floats},
                Tensors.options(ScalarType.Float, device),
                new MemoryFormatOptional());
        reserved.retainReference();
        close();
        memory = reserved;
        this.floats = floats;
      }
    }
    return memory.data_ptr().address();
  }

  /** {@inheritDoc} LibTorch copies on its current stream and waits for it. */
  @Override
  public void read(long from, float[] into) {
    try (PointerScope scope = new PointerScope()) {
      LongOptional end = new LongOptional(from + into.length);
      Tensor here = Tensors.on(Device.CPU, memory.slice(0, new LongOptional(from), end, 1));
      new FloatPointer(here.data_ptr()).capacity(into.length).get(into);
    }
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
      floats = 0;
    }
  }
}
