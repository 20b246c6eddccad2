package dev.flowline.flow;

import dev.flowline.nn.Init;
import dev.flowline.nn.Ops;

/**
 * A learned scale and shift per channel: y = x·ψ(g) + b, ψ(g) = 0.1·softplus(g; β = 0.5). It starts
 * as the identity and, unlike an ActNorm, is not initialised from data.
 *
 * @param name prefix of the parameters {@code global_scale} and {@code global_offset}
 */
public record GlobalAffine(String name) implements InvertibleModule {
  private static final double GAIN = 0.1;
  private static final double BETA = 0.5;
  private static final double IDENTITY = 2 * Math.log(Math.exp(5) - 1);

  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    long[] shape = ops.shape(x);
    V scale = scale(ops, shape[1]);
    V y = ops.add(ops.multiply(x, scale), offset(ops, shape[1]));
    return new Transformed<>(y, logDet(ops, scale, shape, 1));
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    long[] shape = ops.shape(y);
    V scale = scale(ops, shape[1]);
    V x = ops.divide(ops.subtract(y, offset(ops, shape[1])), scale);
    return new Transformed<>(x, logDet(ops, scale, shape, -1));
  }

  <V> V scale(Ops<V> ops, long channels) {
    V g = ops.parameter(name + ".global_scale", Init.constant(IDENTITY), 1, channels, 1, 1);
    return ops.multiply(ops.softplus(g, BETA), GAIN);
  }

  <V> V offset(Ops<V> ops, long channels) {
    return ops.parameter(name + ".global_offset", Init.constant(0), 1, channels, 1, 1);
  }

  private static <V> V logDet(Ops<V> ops, V scale, long[] shape, int sign) {
    double positions = (double) sign * shape[2] * shape[3];
    V perSample = ops.multiply(ops.sum(ops.log(scale)), positions);
    return ops.add(ops.zeros(shape[0]), perSample);
  }
}
