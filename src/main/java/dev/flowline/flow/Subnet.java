package dev.flowline.flow;

import dev.flowline.nn.Ops;
import java.util.List;

/** A network that says how other channels, at one or several scales, are scaled and shifted. */
public interface Subnet {
  /**
   * @param name prefix of the parameters
   * @param inputs (N, C_l, H_l, W_l) per scale, finest first
   * @param outputs channels that are wanted, per scale
   * @return (N, outputs_l, H_l, W_l) per scale
   */
  <V> List<V> apply(Ops<V> ops, String name, List<V> inputs, List<Long> outputs);
}
