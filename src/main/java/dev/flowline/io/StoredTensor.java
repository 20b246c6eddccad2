package dev.flowline.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor at rest: plain bytes with a type and a shape, little-endian and row-major. It has no
 * native memory of its own and may be backed by a mapped file.
 */
public final class StoredTensor {
  /** Element types that files may hold, by their safetensors names. */
  public enum Type {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U8(1),
    BOOL(1);

    /** The bytes of one element. */
    public final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  private final Type type;
  private final long[] shape;
  private final ByteBuffer data;

  /**
   * @param shape dimensions, slowest first; empty for a scalar
   * @param data exactly the elements' bytes between position and limit; not copied
   * @throws IllegalArgumentException if the number of bytes is not what type and shape ask for
   */
  public StoredTensor(Type type, long[] shape, ByteBuffer data) {
    this.type = type;
    this.shape = shape.clone();
    this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    long wanted = Math.multiplyExact(elements(), (long) type.bytes);
    if (this.data.remaining() != wanted) {
      throw new IllegalArgumentException(
          type
              + Arrays.toString(shape)
              + " takes "
              + wanted
              + " bytes, got "
              + this.data.remaining());
    }
  }

  /** A float32 tensor over a copy of the values. */
  public static StoredTensor of(float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new StoredTensor(Type.F32, shape, bytes);
  }

  /** An int64 tensor over a copy of the values. */
  public static StoredTensor of(long[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return new StoredTensor(Type.I64, shape, bytes);
  }

  public Type type() {
    return type;
  }

  public long[] shape() {
    return shape.clone();
  }

  /** Returns the number of elements; 1 for a scalar. */
  public long elements() {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }

  /** The raw bytes, read-only and little-endian. */
  public ByteBuffer bytes() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The element at a flat index as a double: exact for every type but I64 beyond 2^53. */
  public double get(int index) {
    int at = index * type.bytes;
    return switch (type) {
      case F64 -> data.getDouble(at);
      case F32 -> data.getFloat(at);
      case F16 -> halfToFloat(data.getShort(at));
      case BF16 -> Float.intBitsToFloat(data.getShort(at) << 16);
      case I64 -> data.getLong(at);
      case I32 -> data.getInt(at);
      case I16 -> data.getShort(at);
      case I8 -> data.get(at);
      case U8, BOOL -> data.get(at) & 0xff;
    };
  }

  /** A copy of the elements as float32. */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(elements())];
    if (type == Type.F32) {
      data.asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) get(i);
    }
    return values;
  }

  /** A copy of the elements as float64. */
  public double[] toDoubles() {
    double[] values = new double[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(i);
    }
    return values;
  }

  /** A copy of the elements of an integer type. */
  public long[] toLongs() {
    long[] values = new long[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = type == Type.I64 ? data.getLong(i * 8) : (long) get(i);
    }
    return values;
  }

  /** Converts IEEE 754 binary16 to binary32; Java has this built in only from 20 on. */
  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
    }
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | mantissa << 13);
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
