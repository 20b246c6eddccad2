package dev.flowline.flow;

import java.util.List;

/**
 * A flow's output: one value a scale, finest first, and the log-determinant of the whole.
 *
 * @param values (N, C_l, H_l, W_l) by scale
 * @param logDetJacobian (N), natural log
 */
public record Latents<V>(List<V> values, V logDetJacobian) {
  public Latents {
    values = List.copyOf(values);
  }
}
