package dev.flowline.tensor;

import java.nio.ByteOrder;

/**
 * float32 memory of one device that libflowline writes its results to. It grows to what was once
 * asked for and is used again; no scope frees it.
 */
public interface ResultMemory extends AutoCloseable {
  /** Allocates; on the CPU that needs no LibTorch. */
  static ResultMemory on(Device device) {
    return device.isCuda() ? new TorchMemory(device) : new HostMemory();
  }

  /**
   * The address of so many floats, aligned to 8 bytes; earlier addresses are void, what was written
   * is lost.
   *
   * @throws OutOfMemoryError leaving what was held before
   */
  long reserve(long floats);

  /**
   * Copies results to the Java heap, once the work on the device's stream that makes them is done.
   *
   * @param from the first float
   */
  void read(long from, float[] into);

  /**
   * Copies doubles, each written over two floats, as {@link #read} copies floats.
   *
   * @param from the first of its two floats
   */
  default void readDoubles(long from, double[] into) {
    float[] halves = new float[Math.multiplyExact(2, into.length)];
    read(from, halves);
    for (int i = 0; i < into.length; i++) {
      long low = Float.floatToRawIntBits(halves[2 * i]) & 0xffffffffL;
      long high = Float.floatToRawIntBits(halves[2 * i + 1]) & 0xffffffffL;
      boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
      into[i] = Double.longBitsToDouble(little ? high << 32 | low : low << 32 | high);
    }
  }

  @Override
  void close();
}
