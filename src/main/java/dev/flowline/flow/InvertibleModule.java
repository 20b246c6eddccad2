package dev.flowline.flow;

import dev.flowline.nn.Ops;

/**
 * A bijection of images (N, C, H, W) with a tractable Jacobian. {@code inverse(forward(x)) = x},
 * and the log-determinant of the inverse is the negative of the forward one.
 */
public interface InvertibleModule {
  <V> Transformed<V> forward(Ops<V> ops, V x);

  <V> Transformed<V> inverse(Ops<V> ops, V y);
}
