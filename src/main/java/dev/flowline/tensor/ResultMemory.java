package dev.flowline.tensor;

import java.nio.ByteOrder;

/**
 * The float32 memory of one device that libflowline writes its results to. It grows to the largest
 * size requested and is used again; {@link #close} alone frees it.
 */
public interface ResultMemory extends AutoCloseable {
  /** Returns empty memory on a device; on the CPU it needs no LibTorch. */
  static ResultMemory on(Device device) {
    return device.isCuda() ? new TorchMemory(device) : new HostMemory();
  }

  /**
   * Returns the address of a number of floats, aligned to 8 bytes. Earlier addresses become
   * invalid, and earlier results are lost.
   *
   * @throws OutOfMemoryError if the device has too little memory; then nothing has changed
   */
  long reserve(long floats);

  /**
   * Copies results to the Java heap, after the device's stream has computed them.
   *
   * @param from index of the first float
   */
  void read(long from, float[] into);

  /**
   * Copies results that are doubles, each of which takes the place of two floats; see {@link
   * #read}.
   *
   * @param from index of the first float of the first double
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
