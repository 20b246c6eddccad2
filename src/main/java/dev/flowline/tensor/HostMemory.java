package dev.flowline.tensor;

import org.bytedeco.javacpp.FloatPointer;

/** Memory for results on the CPU. */
final class HostMemory implements ResultMemory {
  private FloatPointer memory = new FloatPointer();

  @Override
  public long reserve(long floats) {
    if (memory.capacity() < floats) {
      // Retained, so that a scope that is open around the call does not free it.
      FloatPointer reserved = new FloatPointer(floats).retainReference();
      memory.close();
      memory = reserved;
    }
    return memory.address();
  }

  @Override
  public void read(long from, float[] into) {
    try {
      memory.position(from).get(into);
    } finally {
      memory.position(0);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
