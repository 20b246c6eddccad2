package dev.flowline.tensor;

import java.util.Objects;

/**
 * The place of a tensor's memory, which also computes on it: the CPU, or one of the CUDA devices.
 *
 * @param index of the CUDA devices, from 0; 0 on the CPU
 */
public record Device(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    CPU,
    CUDA
  }

  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final int MOST = 127; // LibTorch counts devices in a byte

  public Device {
    Objects.requireNonNull(kind, "kind");
    if (index < 0 || index > (kind == Kind.CPU ? 0 : MOST)) {
      throw new IllegalArgumentException("there is no " + name(kind) + " device " + index);
    }
  }

  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
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
    throw new IllegalArgumentException("'" + name + "' is no device: cpu, cuda or cuda:n");
  }

  public boolean isCuda() {
    return kind == Kind.CUDA;
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The device's name, as {@link #of} takes it. */
  @Override
  public String toString() {
    return isCuda() ? "cuda:" + index : "cpu";
  }
}
