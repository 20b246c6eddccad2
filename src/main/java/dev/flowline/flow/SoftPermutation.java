package dev.flowline.flow;

import dev.flowline.nn.Ops;

/**
 * A fixed random rotation of the channels, which mixes them instead of only reordering them; drawn
 * once from the model's seed, uniformly among the orthogonal matrices; log-determinant 0.
 *
 * @param name prefix of the parameter {@code w_perm}, (C, C)
 */
public record SoftPermutation(String name) implements InvertibleModule {
  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    V y = ops.rotateChannels(x, name + ".w_perm");
    return new Transformed<>(y, ops.zeros(ops.shape(x)[0]));
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    V x = ops.unrotateChannels(y, name + ".w_perm");
    return new Transformed<>(x, ops.zeros(ops.shape(y)[0]));
  }
}
