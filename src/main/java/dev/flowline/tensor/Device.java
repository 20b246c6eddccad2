package dev.flowline.tensor;

import java.util.Objects;

/**
 * The device that holds a tensor and computes on it: the CPU, or one of the CUDA devices.
 *
 * @param index of the CUDA device, from 0; 0 for the CPU
 */
public record Device(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    CPU,
    CUDA
  }

  /** The CPU. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final int MOST = 127; // LibTorch counts devices in a byte

  public Device {
    Objects.requireNonNull(kind, "kind");
    if (index < 0 || index > (kind == Kind.CPU ? 0 : MOST)) {
      throw new IllegalArgumentException(
          "index of a %s device must be 0 to %s, got %s"
              .formatted(name(kind), kind == Kind.CPU ? 0 : MOST, index));
    }
  }

  /**
   * Returns a CUDA device, whether or not this machine has it.
   *
   * @param index 0 to 127
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * Returns the device of a name.
   *
   * @param name {@code cpu}, {@code cuda} or {@code cuda:n}, in any case
   * @throws IllegalArgumentException if it is none of these
   */
  public static Device of(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    if (lower.equals("cpu")) {
      return CPU;
    }
    if (lower.equals("cuda")) {
      return cuda(0);
    }
    if (lower.matches("cuda:\\d{1,3}")) {
      return cuda(Integer.parseInt(lower.substring("cuda:".length())));
    }
    throw new IllegalArgumentException("device must be cpu, cuda or cuda:n, got '" + name + "'");
  }

  /** Returns whether this is a CUDA device. */
  public boolean isCuda() {
    return kind == Kind.CUDA;
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Returns the device's name, which {@link #of} accepts. */
  @Override
  public String toString() {
    return isCuda() ? "cuda:" + index : "cpu";
  }
}
