package dev.flowline.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A view of float32 memory that another object owns; libflowline gets tensors in this form. It
 * needs no LibTorch and frees nothing. It only keeps the owner reachable, so that the memory is
 * valid as long as the view is reachable.
 *
 * @param address of the first element, aligned to 4 bytes
 * @param shape dimensions, slowest first
 * @param strides of each dimension, from one element to the next, in elements; not negative
 * @param device that the memory is on
 * @param stream handle of the CUDA stream that computes the elements; 0 for the default stream, and
 *     on the CPU
 * @param owner that frees the memory when it is no longer reachable; null if the caller keeps the
 *     memory valid
 */
public record NativeView(
    long address, long[] shape, long[] strides, Device device, long stream, Object owner) {
  public NativeView {
    Objects.requireNonNull(device, "device");
    if (address == 0 || address % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "address must not be 0 and must be aligned to 4 bytes, got " + address);
    }
    for (long dimension : shape) {
      if (dimension < 1) {
        throw new IllegalArgumentException(
            "dimensions of shape must be at least 1, got " + Arrays.toString(shape));
      }
    }
    if (strides.length != shape.length || Arrays.stream(strides).anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException(
          "strides must be %s numbers of at least 0, got %s"
              .formatted(shape.length, Arrays.toString(strides)));
    }
  }

  /** Returns a view of dense CPU memory in row-major order. */
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
   * Returns whether the view has one element at several positions, as LibTorch's {@code expand}
   * makes it: all its strides are 0, which libflowline would read as dense.
   */
  public boolean repeatsOneElement() {
    return elements() > 1 && Arrays.stream(strides).allMatch(stride -> stride == 0);
  }

  /**
   * Returns one row of the slowest dimension, as a view whose slowest dimension is 1.
   *
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public NativeView row(int index) {
    Objects.checkIndex(index, shape[0]);
    long[] one = shape.clone();
    one[0] = 1;
    long first = address + Float.BYTES * index * strides[0];
    return new NativeView(first, one, strides, device, stream, owner);
  }

  /** Returns the number of elements. */
  public long elements() {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }
}
