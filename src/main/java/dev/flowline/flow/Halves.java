package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.List;

/**
 * The two parts in which a coupling splits the channels.
 *
 * @param first the first C − ⌊C/2⌋ channels
 * @param second the last ⌊C/2⌋ channels
 */
record Halves<V>(V first, V second) {
  /**
   * Splits the channels of (N, C, H, W).
   *
   * @throws IllegalArgumentException if there is nothing to split
   */
  static <V> Halves<V> of(Ops<V> ops, V x) {
    long channels = ops.shape(x)[1];
    long first = first(channels);
    return new Halves<>(ops.slice(x, 1, 0, first), ops.slice(x, 1, first, channels));
  }

  /**
   * Returns the number of channels in the first part.
   *
   * @throws IllegalArgumentException if there is nothing to split
   */
  static long first(long channels) {
    if (channels < 2) {
      throw new IllegalArgumentException("a coupling needs at least 2 channels, got " + channels);
    }
    return channels - channels / 2;
  }

  /** Returns all channels again. */
  V joined(Ops<V> ops) {
    return ops.concat(List.of(first, second), 1);
  }
}
