package dev.flowline.flow;

import java.util.List;

/**
 * A flow's output: one value a scale, finest first, and the log-determinant of the whole.
 *
 * @param values (N, C_l, H_l, W_l) per scale
 * @param logDetJacobian (N), natural log
 * @param logDetByPosition its parts (N, 1, H_l, W_l) per scale if the flow takes each position for
 *     itself; else empty
 */
public record Latents<V>(List<V> values, V logDetJacobian, List<V> logDetByPosition) {
  public Latents {
    values = List.copyOf(values);
    logDetByPosition = List.copyOf(logDetByPosition);
  }

  /** Makes the latents of a flow that takes positions together. */
  public Latents(List<V> values, V logDetJacobian) {
    this(values, logDetJacobian, List.of());
  }
}
