package dev.flowline.tensor;

import dev.flowline.internal.Natives;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tensors on their way between devices, and as seen from outside LibTorch. */
public final class Tensors {
  private Tensors() {}

  /** For a tensor that is made there. */
  public static TensorOptions options(ScalarType type, Device device) {
    Natives.load();
    TensorOptions options = new TensorOptions(type);
    return device.isCuda() ? options.device(optional(device)) : options;
  }

  /** The tensor there: itself where it lies there already, otherwise a copy. */
  public static Tensor on(Device device, Tensor tensor) {
    return of(tensor).equals(device) ? tensor : tensor.to(torch(device), tensor.scalar_type());
  }

  /** Where a tensor lies. */
  public static Device of(Tensor tensor) {
    return tensor.is_cuda() ? Device.cuda(Math.max(0, tensor.device().index())) : Device.CPU;
  }

  /**
   * A window on a float32 tensor's memory, as it lies there, valid as long as the tensor is; on a
   * CUDA device of LibTorch's current stream.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public static NativeView view(Tensor tensor) {
    if (tensor.scalar_type().intern() != ScalarType.Float) {
      throw new IllegalArgumentException("not a float32 tensor: " + tensor.scalar_type());
    }
    long[] shape = new long[Math.toIntExact(tensor.dim())];
    long[] strides = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
      strides[i] = tensor.stride(i);
    }
    Device device = of(tensor);
    long stream = device.isCuda() ? CudaStream.current(device.index()) : 0;
    return new NativeView(tensor.data_ptr().address(), shape, strides, device, stream, tensor);
  }

  /** As LibTorch wants to be told of it. */
  public static DeviceOptional optional(Device device) {
    return new DeviceOptional(torch(device));
  }

  /** LibTorch's own name of it. */
  public static org.bytedeco.pytorch.Device torch(Device device) {
    return new org.bytedeco.pytorch.Device(
        device.isCuda() ? DeviceType.CUDA : DeviceType.CPU,
        (byte) (device.isCuda() ? device.index() : -1));
  }
}
