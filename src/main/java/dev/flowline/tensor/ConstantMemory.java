package dev.flowline.tensor;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Constant numbers on one device, which libflowline reads. {@link #close} alone frees them. */
public final class ConstantMemory implements AutoCloseable {
  private final Pointer owner;
  private final long address;

  private ConstantMemory(Pointer owner, long address) {
    this.owner = owner;
    this.address = address;
  }

  /** Copies float32 values to a device. */
  public static ConstantMemory of(Device device, float[] values) {
    FloatPointer here = new FloatPointer(values).retainReference();
    return on(device, here, ScalarType.Float, values.length);
  }

  /** Copies float64 values to a device. */
  public static ConstantMemory of(Device device, double[] values) {
    DoublePointer here = new DoublePointer(values).retainReference();
    return on(device, here, ScalarType.Double, values.length);
  }

  private static ConstantMemory on(Device device, Pointer here, ScalarType type, long count) {
    if (!device.isCuda()) {
      return new ConstantMemory(here, here.address());
    }
    try (PointerScope scope = new PointerScope();
        here) {
      Tensor view = torch.from_blob(here, new long[] {count}, new TensorOptions(type));
      Tensor there = Tensors.on(device, view);
      there.retainReference();
      return new ConstantMemory(there, there.data_ptr().address());
    }
  }

  /** Returns the address of the first number on the device, valid until {@link #close}. */
  public long address() {
    return address;
  }

  @Override
  public void close() {
    owner.close();
  }
}
