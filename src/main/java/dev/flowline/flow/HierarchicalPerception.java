package dev.flowline.flow;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;

/**
 * The hierarchical perception module of MS-Flow (Mao, Wu, Xing 2024), reconstructed from the
 * published parameter counts: conv k, width → hidden; batch norm; leaky ReLU 0.1; conv k, hidden →
 * outputs, at first all zero.
 *
 * @param kernel k, odd
 * @param hidden channels between, at least 1
 */
record HierarchicalPerception(int kernel, long hidden) {
  private static final double NEGATIVE_SLOPE = 0.1;

  HierarchicalPerception {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel must be odd and positive, got " + kernel);
    }
    if (hidden < 1) {
      throw new IllegalArgumentException("hidden must be at least 1, got " + hidden);
    }
  }

  /**
   * @param name prefix of the parameters
   * @param h the fused sub-features before, (N, width, H, W)
   */
  <V> V apply(Ops<V> ops, String name, V h, long outputs) {
    V inner = Layers.conv2d(ops, name + ".conv1", h, hidden, kernel);
    V active = ops.leakyRelu(Layers.batchNorm(ops, name + ".bn1", inner), NEGATIVE_SLOPE);
    return Layers.zeroConv2d(ops, name + ".conv2", active, outputs, kernel);
  }
}
