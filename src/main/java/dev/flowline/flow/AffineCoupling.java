package dev.flowline.flow;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.List;

/**
 * One-sided affine coupling with a convolutional subnet (Dinh et al. 2017; U-Flow, section 3.2):
 * the first C1 = C − ⌊C/2⌋ channels pass through and say how the last C2 = ⌊C/2⌋ are scaled and
 * shifted,
 *
 * <pre>  y2 = x2·exp(s) + t,   s = clamp(0.1·a),   t = 0.1·b,   (a, b) = subnet(x1)</pre>
 *
 * with subnet = conv k, C1 → hidden; ReLU; conv k, hidden → 2·C2.
 *
 * @param name prefix of the subnet's parameters
 * @param kernel side of both convolutions, odd
 * @param hiddenRatio hidden = ⌊C1·hiddenRatio⌋, at least 1
 * @param clampAlpha bound of the log-scale
 */
public record AffineCoupling(
    String name, int kernel, double hiddenRatio, SoftClamp clamp, double clampAlpha)
    implements InvertibleModule {
  static final double SUBNET_GAIN = 0.1;

  public AffineCoupling {
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel must be odd and positive, got " + kernel);
    }
    if (!(hiddenRatio > 0)) {
      throw new IllegalArgumentException("hiddenRatio must be positive, got " + hiddenRatio);
    }
    if (!(clampAlpha > 0)) {
      throw new IllegalArgumentException("clampAlpha must be positive, got " + clampAlpha);
    }
  }

  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    long channels = ops.shape(x)[1];
    long passive = passive(channels);
    V x1 = ops.slice(x, 1, 0, passive);
    V x2 = ops.slice(x, 1, passive, channels);
    Affine<V> affine = affine(ops, x1, channels - passive);
    V y2 = ops.add(ops.multiply(x2, ops.exp(affine.logScale)), affine.shift);
    return new Transformed<>(ops.concat(List.of(x1, y2), 1), ops.sumPerSample(affine.logScale));
  }

  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    long channels = ops.shape(y)[1];
    long passive = passive(channels);
    V y1 = ops.slice(y, 1, 0, passive);
    V y2 = ops.slice(y, 1, passive, channels);
    Affine<V> affine = affine(ops, y1, channels - passive);
    V negated = ops.multiply(affine.logScale, -1);
    V x2 = ops.multiply(ops.subtract(y2, affine.shift), ops.exp(negated));
    return new Transformed<>(ops.concat(List.of(y1, x2), 1), ops.sumPerSample(negated));
  }

  /** (a, b) of the first channels. */
  <V> V subnet(Ops<V> ops, V x1, long active) {
    long hidden = Math.max(1, (long) Math.floor(ops.shape(x1)[1] * hiddenRatio));
    V h = ops.relu(Layers.conv2d(ops, name + ".subnet.0", x1, hidden, kernel));
    return Layers.conv2d(ops, name + ".subnet.2", h, 2 * active, kernel);
  }

  private <V> Affine<V> affine(Ops<V> ops, V x1, long active) {
    V scaled = ops.multiply(subnet(ops, x1, active), SUBNET_GAIN);
    V logScale = clamp.apply(ops, ops.slice(scaled, 1, 0, active), clampAlpha);
    return new Affine<>(logScale, ops.slice(scaled, 1, active, 2 * active));
  }

  /** C1, the channels that pass through. */
  static long passive(long channels) {
    if (channels < 2) {
      throw new IllegalArgumentException("a coupling needs at least 2 channels, got " + channels);
    }
    return channels - channels / 2;
  }

  private record Affine<V>(V logScale, V shift) {}
}
