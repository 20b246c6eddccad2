package dev.flowline.tensor;

import dev.flowline.internal.Natives;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** LibTorch tensors on devices and over memory, and their location and layout. */
public final class Tensors {
  private Tensors() {}

  /** Returns the options of a new tensor on a device. */
  public static TensorOptions options(ScalarType type, Device device) {
    Natives.load();
    TensorOptions options = new TensorOptions(type);
    return device.isCuda() ? options.device(optional(device)) : options;
  }

  /** Returns a tensor on a device: itself if it is there already, otherwise a copy. */
  public static Tensor on(Device device, Tensor tensor) {
    return of(tensor).equals(device) ? tensor : tensor.to(torch(device), tensor.scalar_type());
  }

  /** Returns the device that a tensor is on. */
  public static Device of(Tensor tensor) {
    return tensor.is_cuda() ? Device.cuda(Math.max(0, tensor.device().index())) : Device.CPU;
  }

  /**
   * Returns a view of a float32 tensor's memory, valid as long as the tensor is; on a CUDA device
   * it has LibTorch's current stream.
   *
   * @throws IllegalArgumentException if the tensor is of another type
   */
  public static NativeView view(Tensor tensor) {
    if (tensor.scalar_type().intern() != ScalarType.Float) {
      throw new IllegalArgumentException("tensor must be float32, got " + tensor.scalar_type());
    }
    long[] shape = shape(tensor);
    long[] strides = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      strides[i] = tensor.stride(i);
    }
    Device device = of(tensor);
    long stream = device.isCuda() ? CudaStream.current(device.index()) : 0;
    return new NativeView(tensor.data_ptr().address(), shape, strides, device, stream, tensor);
  }

  /**
   * Returns a tensor (N, …) over the caller's direct buffer, without a copy. The caller closes it
   * and keeps the buffer reachable.
   */
  public static Tensor over(FloatBuffer direct, long... shape) {
    Natives.load();
    try (PointerScope scope = new PointerScope()) {
      TensorOptions options = new TensorOptions(ScalarType.Float);
      Tensor tensor = torch.from_blob(new FloatPointer(direct.duplicate().clear()), shape, options);
      tensor.retainReference();
      return tensor;
    }
  }

  /** Returns the dimensions of a tensor, slowest first. */
  public static long[] shape(Tensor tensor) {
    long[] shape = new long[Math.toIntExact(tensor.dim())];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  /** Returns the same values (N, C, H, W), with the channels of a pixel side by side in memory. */
  public static Tensor channelsLast(Tensor images) {
    return images.contiguous(MemoryFormat.ChannelsLast);
  }

  /** Returns a device as an optional argument of LibTorch. */
  public static DeviceOptional optional(Device device) {
    return new DeviceOptional(torch(device));
  }

  /** Returns LibTorch's object for a device. */
  public static org.bytedeco.pytorch.Device torch(Device device) {
    return new org.bytedeco.pytorch.Device(
        device.isCuda() ? DeviceType.CUDA : DeviceType.CPU,
        (byte) (device.isCuda() ? device.index() : -1));
  }
}
