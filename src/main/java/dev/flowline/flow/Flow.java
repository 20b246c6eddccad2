package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.List;

/** A normalizing flow over features at several scales: features ↔ latents. Finest scale first. */
public interface Flow {
  /**
   * @param features (N, C_l, H_l, W_l) per scale
   */
  <V> Latents<V> forward(Ops<V> ops, List<V> features);

  /**
   * The inverse: latents to features; {@code logDetJacobian} is that of the inverse.
   *
   * @param latents as {@link #forward} gives them
   */
  <V> Latents<V> inverse(Ops<V> ops, List<V> latents);
}
