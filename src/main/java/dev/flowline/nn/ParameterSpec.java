package dev.flowline.nn;

import java.util.Arrays;

/**
 * A parameter as a network asks for it: {@link CostOps} collects them by running the network once.
 *
 * @param shape dimensions, slowest first; empty for a scalar
 */
public record ParameterSpec(String name, Init init, long[] shape) {
  /** Number of elements. */
  public long elements() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterSpec that
        && name.equals(that.name)
        && init.equals(that.init)
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name + Arrays.toString(shape);
  }
}
