package dev.flowline.nn;

import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Copies values between LibTorch tensors and tensors at rest: int64 and uint8 as they are, all
 * others as float32.
 */
public final class TensorCopy {
  private TensorCopy() {}

  /** Returns a copy at rest of a tensor on any device. */
  public static StoredTensor store(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      StoredTensor.Type type = typeOf(tensor);
      Tensor here = Tensors.on(Device.CPU, tensor.detach());
      Tensor dense = here.to(scalarType(type)).contiguous();
      byte[] bytes = new byte[Math.toIntExact(dense.numel() * type.bytes)];
      new BytePointer(dense.data_ptr()).capacity(bytes.length).get(bytes);
      return new StoredTensor(type, Tensors.shape(tensor), ByteBuffer.wrap(bytes));
    }
  }

  /** Returns a new CPU tensor with the values of one at rest; it belongs to the open scope. */
  public static Tensor tensor(StoredTensor stored) {
    Natives.load();
    boolean kept = stored.type() == StoredTensor.Type.I64 || stored.type() == StoredTensor.Type.U8;
    ScalarType type = scalarType(kept ? stored.type() : StoredTensor.Type.F32);
    Tensor tensor =
        torch.empty(stored.shape(), new TensorOptions(type), new MemoryFormatOptional());
    fill(tensor, stored);
    return tensor;
  }

  /**
   * Overwrites a CPU tensor, converting the values to its type.
   *
   * @throws IllegalArgumentException if a uint8 tensor is to be filled with another type
   */
  static void fill(Tensor tensor, StoredTensor stored) {
    StoredTensor.Type type = typeOf(tensor);
    ByteBuffer bytes;
    if (stored.type() == type) {
      bytes = stored.bytes();
    } else if (type == StoredTensor.Type.I64) {
      long[] values = stored.toLongs();
      bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(values);
    } else if (type == StoredTensor.Type.U8) {
      throw new IllegalArgumentException("a file must be stored as U8, not as " + stored);
    } else {
      float[] values = stored.toFloats();
      bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
    }
    if (bytes.hasRemaining()) {
      new BytePointer(tensor.data_ptr()).capacity(bytes.remaining()).asByteBuffer().put(bytes);
    }
  }

  private static StoredTensor.Type typeOf(Tensor tensor) {
    ScalarType type = tensor.scalar_type().intern(); // an enum that comes from C++ is no constant
    return type == ScalarType.Long
        ? StoredTensor.Type.I64
        : type == ScalarType.Byte ? StoredTensor.Type.U8 : StoredTensor.Type.F32;
  }

  static ScalarType scalarType(StoredTensor.Type type) {
    return type == StoredTensor.Type.I64
        ? ScalarType.Long
        : type == StoredTensor.Type.U8 ? ScalarType.Byte : ScalarType.Float;
  }
}
