package dev.flowline.tensor;

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
   * The address of so many floats, aligned to 4 bytes; earlier addresses are void, what was written
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

  @Override
  void close();
}
