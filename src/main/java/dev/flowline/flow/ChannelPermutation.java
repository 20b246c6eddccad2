package dev.flowline.flow;

import dev.flowline.nn.Ops;

/**
 * A fixed random reordering of the channels, drawn once from the model's seed; log-determinant 0.
 *
 * @param name prefix of the parameter {@code w_perm}
 */
public record ChannelPermutation(String name) implements InvertibleModule {
  /** The permutation's name as a parameter. */
  static String parameter(String name) {
    return name + ".w_perm";
  }

  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    V y = ops.permuteChannels(x, parameter(name));
    return new Transformed<>(y, ops.zeros(ops.shape(x)[0]));
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    V x = ops.unpermuteChannels(y, parameter(name));
    return new Transformed<>(x, ops.zeros(ops.shape(y)[0]));
  }
}
