package dev.flowline.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A window on float32 memory that somebody else owns: what libflowline gets of a tensor. It says
 * nothing of LibTorch and frees nothing; it only holds on to the owner, so that the memory lives as
 * long as the view is reachable.
 *
 * @param address of the first element, aligned to 4 bytes
 * @param shape dimensions, slowest first
 * @param strides by dimension, from one element to the next, in elements; not negative
 * @param device where the memory lies
 * @param stream handle of the CUDA stream whose work must be seen; 0 is the default one, and the
 *     CPU's
 * @param owner who frees the memory when no longer reachable; null where that is cared for
 */
public record NativeView(
    long address, long[] shape, long[] strides, Device device, long stream, Object owner) {
  public NativeView {
    Objects.requireNonNull(device, "device");
    if (address == 0 || address % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "address must be non-null and aligned to 4 bytes: " + address);
    }
    for (long dimension : shape) {
      if (dimension < 1) {
        throw new IllegalArgumentException("shape must be positive: " + Arrays.toString(shape));
      }
    }
    if (strides.length != shape.length || Arrays.stream(strides).anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException(
          "strides must be as many as dimensions and not negative: " + Arrays.toString(strides));
    }
  }

  /** A view of dense CPU memory in row-major order. */
  public static NativeView cpu(long address, long[] shape, Object owner) {
    return new NativeView(address, shape, rowMajor(shape), Device.CPU, 0, owner);
  }

  private static long[] rowMajor(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride = Math.multiplyExact(stride, shape[i]);
    }
    return strides;
  }

  /**
   * Tells whether the view is one element, seen at several positions, as of LibTorch's {@code
   * expand}: all its strides are 0, which libflowline takes for dense.
   */
  public boolean repeatsOneElement() {
    return elements() > 1 && Arrays.stream(strides).allMatch(stride -> stride == 0);
  }

  /** Number of elements. */
  public long elements() {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }
}
